import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { AuthError } from '../../machines/failures.ts';
import { variables } from '../node/configuration.ts';
import type { CodeProvider } from '../node/login.ts';

/**
 * Answers challenges by a shell command, run once for each: the first line of its output is the answer. It finds the step and
 * the server's words in its environment, but not the password.
 */
export function codeFromCommand(command: string): CodeProvider {
  return async ({ step, reason }, { signal }) => {
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ETNA_CHALLENGE_STEP: step,
      ETNA_CHALLENGE_REASON: reason ?? '',
    };
    delete environment[variables.password];
    const child = spawn(command, { shell: true, env: environment, signal, stdio: ['inherit', 'pipe', 'inherit'] });
    try {
      const [output, [exitCode, killedBy]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      const [line = ''] = output.split('\n', 1);
      const code = line.trim();
      if (exitCode === 0 && code !== '') return code;
      const detail = exitCode === 0 ? 'printed no code' : `ended with ${killedBy ?? exitCode}`;
      throw new AuthError('invalid-input', { step, detail: `The code command ${detail}.` });
    } finally {
      // What the shell started may outlive it, and hold this open.
      child.stdout.destroy();
    }
  };
}
