import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { codeOf } from '../../src/node/private-file.ts';
import { commandLine, environmentWith, type Program, patience, type Variables } from './command.ts';

const keys = {
  Enter: '\r',
  Escape: '\x1b',
  Backspace: '\x7f',
  Left: '\x1b[D',
  Right: '\x1b[C',
  'Ctrl-C': '\x03',
  'Ctrl-D': '\x04',
} as const;

/** A key that writes no character. */
type Key = keyof typeof keys;

/** Characters that stand side by side and look the same. */
export interface Run {
  readonly text: string;
  /** From the terminal's palette; `null` for its usual colour. */
  readonly colour: number | null;
  readonly dim: boolean;
}

/** The command in a terminal, as its user sees and operates it. */
export interface Terminal extends AsyncDisposable {
  /** The process that leads the terminal: the command is its child. */
  readonly pid: number;
  /** Types, or pastes, without Enter. */
  type(text: string): void;
  press(key: Key): void;
  /** Sends a signal to the command, as `kill` would. */
  signal(signal: NodeJS.Signals): void;
  /** All that can be read, what has scrolled off included. */
  screen(): string;
  /** The same line by line, as it looks. */
  lines(): Run[][];
  /** Each screen there ever was, and every byte behind them: where a secret would show that was wiped again. */
  everything(): string;
  /** Waits until the screen shows the text. Fails with the screen, at once when the command has ended. */
  waitForScreen(text: string | RegExp): Promise<void>;
  /** Waits until this question, and no other, can be answered. */
  waitForQuestion(question: string): Promise<void>;
  /** Waits for the question, types the reply and Enter, and waits until it is taken. */
  answer(question: string, reply: string): Promise<void>;
  /** Waits for the command to end by itself. */
  exitCode(): Promise<number>;
  /** Whether the shell gets back a terminal that shows what is typed, line by line, with a cursor. Known after the end. */
  isLeftInOrder(): boolean;
}

/** How to set up a terminal. */
export interface TerminalOptions {
  readonly columns?: number;
  /** A file that stdout is redirected to, as in `etna-auth login > file`. */
  readonly stdout?: string;
}

// A shell runs the command, as it does for a person. Afterwards it tells, in a sequence that no terminal shows, how it finds the
// terminal. Ctrl-C and `kill` reach it as well, and must not end it first.
const report = 7700;
const shell = `trap : INT TERM
if [ -n "$STDOUT" ]; then "$@" > "$STDOUT"; else "$@"; fi
code=$?
printf '\\033]${report};%s\\007' "$(stty -a | tr '\\n' ' ')"
exit $code`;

/** Starts the command in a terminal. It is killed at the end of the block: `await using terminal = openTerminal(['login'])`. */
export const openTerminal = (
  args: readonly string[],
  variables: Variables = {},
  { program, ...options }: TerminalOptions & { readonly program?: Program } = {},
): Terminal => openShell(commandLine(args, program), variables, options);

/** Starts any command line in a terminal. */
export function openShell(
  line: readonly string[],
  variables: Variables,
  { columns = 100, stdout = '' }: TerminalOptions = {},
): Terminal {
  const size = { cols: columns, rows: 50 };
  const display = new xterm.Terminal({ ...size, scrollback: 10_000, allowProposedApi: true });
  const environment = { ...environmentWith(variables), STDOUT: stdout };
  const pty = spawn('/bin/sh', ['-c', shell, 'sh', ...line], { ...size, env: environment });

  let isCursorVisible = true;
  for (const [final, visible] of [
    ['h', true],
    ['l', false],
  ] as const) {
    display.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
      if (parameters.includes(25)) isCursorVisible = visible;
      return false;
    });
  }
  let settings = '';
  display.parser.registerOscHandler(report, (text) => {
    settings = text;
    return true;
  });

  let bytes = '';
  const frames = new Set<string>();
  const watchers = new Set<() => void>();
  const look = () => {
    frames.add(screen());
    for (const watch of watchers) watch();
  };
  pty.onData((data) => {
    bytes += data;
    display.write(data, look);
  });
  let code: number | null = null;
  const ended = new Promise<void>((resolve) => {
    pty.onExit(({ exitCode }) =>
      // Behind whatever is still to be shown.
      display.write('', () => {
        code = exitCode;
        look();
        resolve();
      }),
    );
  });

  function screen(): string {
    const { active } = display.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row);
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }

  function lines(): Run[][] {
    const { active } = display.buffer;
    return Array.from({ length: screen().split('\n').length }, (_, row) => {
      const runs: Run[] = [];
      for (let column = 0; column < columns; column++) {
        const cell = active.getLine(row)?.getCell(column);
        const text = cell?.getChars() || ' ';
        const colour = cell?.isFgPalette() ? cell.getFgColor() : null;
        const dim = Boolean(cell?.isDim());
        const last = runs.at(-1);
        if (last?.colour === colour && last.dim === dim) runs[runs.length - 1] = { ...last, text: last.text + text };
        else runs.push({ text, colour, dim });
      }
      return runs;
    });
  }

  /** Waits for a condition, which is looked at whenever the screen has changed. */
  function waitUntil(what: string, condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        watchers.delete(check);
      };
      const fail = (problem: string) => {
        stop();
        reject(new Error(`${problem} while waiting for ${what}. The screen:\n\n${screen()}\n`));
      };
      const check = () => {
        if (condition()) {
          stop();
          resolve();
        } else if (code !== null) fail(`The command ended with ${code}`);
      };
      const timer = setTimeout(() => fail(`${patience} ms went by`), patience);
      watchers.add(check);
      check();
    });
  }

  const waitForScreen = (text: string | RegExp) =>
    waitUntil(String(text), () => (typeof text === 'string' ? screen().includes(text) : text.test(screen())));
  // An open question is the last thing on the screen, under a filled mark; one that was answered has a hollow mark.
  const waitForQuestion = (question: string) =>
    waitUntil(`the question "${question}"`, () => {
      const open =
        screen()
          .split(/^(?=[◆▲◇■●] )/m)
          .at(-1) ?? '';
      return /^[◆▲]/.test(open) && /\n└[^\n]*$/.test(open) && open.replaceAll('\n', '').includes(question);
    });
  const answered = () => screen().match(/^◇/gm)?.length ?? 0;
  const type = (text: string) => pty.write(text);
  const press = (key: Key) => pty.write(keys[key]);

  return {
    pid: pty.pid,
    type,
    press,
    signal: (signal) => void process.kill(-pty.pid, signal),
    screen,
    lines,
    everything: () => [...frames, bytes].join('\n'),
    waitForScreen,
    waitForQuestion,
    async answer(question, reply) {
      await waitForQuestion(question);
      const before = answered();
      type(reply);
      press('Enter');
      await waitUntil(`"${question}" to take the answer`, () => answered() > before);
    },
    async exitCode() {
      await waitUntil('its end', () => code !== null);
      return code ?? Number.NaN;
    },
    isLeftInOrder: () => isCursorVisible && /\sicanon\b/.test(settings) && /\secho\b/.test(settings),
    async [Symbol.asyncDispose]() {
      try {
        if (code === null) process.kill(-pty.pid, 'SIGKILL');
      } catch (error) {
        // It has ended, which is not told yet.
        if (codeOf(error) !== 'ESRCH') throw error;
      }
      await ended;
      display.dispose();
    },
  };
}
