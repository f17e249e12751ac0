import type { WriteStream } from 'node:tty';

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const frameTime = 80;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearLine = '\r\u001b[2K';
const ctrlC = 3;

/** Shows that something is under way. */
export interface Spinner {
  start(text: string): void;
  /** Clears its line for something else to be written there. It goes on below. */
  makeRoom(): void;
  stop(): void;
}

/**
 * A spinner for a terminal. While it turns it swallows what is typed, which the terminal would echo, and passes Ctrl-C on as the
 * signal that it is.
 */
export function createSpinner(output: WriteStream): Spinner {
  const input = process.stdin;
  let timer: NodeJS.Timeout | null = null;
  const swallow = (typed: Buffer) => {
    if (typed.includes(ctrlC)) process.kill(process.pid, 'SIGINT');
  };
  const stop = () => {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    process.off('exit', stop);
    output.write(`${clearLine}${showCursor}`);
    if (!input.isTTY) return;
    input.off('data', swallow).pause();
    input.setRawMode(false);
  };
  return {
    start(text) {
      stop();
      let turn = 0;
      // What wraps would not be cleared.
      const line = ` ${text}`.slice(0, Math.max((output.columns || 80) - 3, 0));
      const draw = () => output.write(`${clearLine}${frames[turn++ % frames.length]} ${line}`);
      // Also where the program is ended meanwhile.
      process.on('exit', stop);
      if (input.isTTY) {
        input.setRawMode(true);
        input.on('data', swallow).resume();
      }
      output.write(hideCursor);
      draw();
      timer = setInterval(draw, frameTime);
    },
    makeRoom() {
      if (timer) output.write(clearLine);
    },
    stop,
  };
}
