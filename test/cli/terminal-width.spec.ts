import { setTimeout as pause } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { expect, it, vi } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { commandLine, environmentWith, patience, signingIn } from './command.ts';

// As `docker run -t` without a terminal, serial consoles and some agents have it.
it.concurrent.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
  'a terminal of 0 columns counts as one of 80, and the command hears %s',
  async (signal) => {
    await using emulator = await startEmulator();
    emulator.answerNext({ silent: true });
    const script = ['-c', 'stty cols 0; exec "$@"', 'sh', ...commandLine(['login'])];
    const terminal = spawn('sh', script, { env: environmentWith(signingIn(emulator, 'alice')) });
    let output = '';
    terminal.onData((text) => {
      output += text;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await vi.waitFor(() => expect(emulator.requests).toHaveLength(1), { timeout: patience });
    await pause(1_000);
    expect(output.length).toBeLessThan(20_000);
    process.kill(terminal.pid, signal);
    expect(await ended).toBe(130);
    expect(output).toContain('cancelled');
  },
);
