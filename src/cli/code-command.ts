import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { createFailure } from '../../machines/failures.ts';
import { variables } from '../node/configuration.ts';
import type { CodeProvider } from '../node/login.ts';
import { AuthError } from '../protocol/auth-error.ts';

/**
 * Answers challenges by a shell command, run once for each: the first line of its output is the answer. It finds the step and
 * the server's words in its environment, but not the password.
 */
export function codeFromCommand(command: string): CodeProvider {
  return async ({ step, reason }, { signal }) => {
    const environment: NodeJS.ProcessEnv = { ...process.env, ETNA_CHALLENGE_STEP: step, ETNA_CHALLENGE_REASON: reason ?? '' };
    delete environment[variables.password];
    const child = spawn(command, { shell: true, env: environment, signal, stdio: ['inherit', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
    const [output, exitCode] = await Promise.all([text(child.stdout), ended]).catch(() => {
      throw new AuthError(
        createFailure(signal.aborted ? 'cancelled' : 'unexpected', { detail: 'The code command broke off.' }),
      );
    });
    const [code = ''] = output.split(/\r?\n/, 1);
    if (exitCode !== 0 || code === '') {
      const detail = exitCode === 0 ? 'The code command printed no code.' : `The code command ended with ${exitCode}.`;
      throw new AuthError(createFailure('invalid-input', { step, detail }));
    }
    return code;
  };
}
