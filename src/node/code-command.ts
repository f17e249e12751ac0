import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { AuthError, type FailureCode } from '../../machines/failures.ts';
import type { CodeProvider } from '../session/sign-in.ts';
import { variables } from './configuration.ts';

/**
 * Runs a shell command for each challenge: the first line of its output is the code. Its environment contains the step, the kind, the
 * attempt, the problem with the previous code and the server's words, but not the password. A rejected code is not sent again, since
 * that would only use up an attempt.
 */
export function codeFromCommand(command: string): CodeProvider {
  let lastCode: string | null = null;
  return async ({ step, kind, attempt, reason, problem }, { signal }) => {
    // There is no user to decide that it should be sent again.
    if (problem === 'network' || problem === 'timeout') throw new AuthError(problem, { step });
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ETNA_CHALLENGE_STEP: step,
      ETNA_CHALLENGE_REASON: reason ?? '',
      ETNA_CHALLENGE_KIND: kind,
      ETNA_CHALLENGE_ATTEMPT: String(attempt),
      ETNA_CHALLENGE_PROBLEM: problem ?? '',
    };
    delete environment[variables.password];
    const child = spawn(command, { shell: true, env: environment, signal, stdio: ['inherit', 'pipe', 'inherit'] });
    try {
      const [output, [exitCode, killedBy]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      const [line = ''] = output.split('\n', 1);
      const code = line.trim();
      const refuse = (what: string, failure: FailureCode = 'invalid-input') =>
        new AuthError(failure, { step, detail: `The code command ${what}.` });
      if (exitCode !== 0) throw refuse(`ended with ${killedBy ?? exitCode}`);
      if (code === '') throw refuse('printed no code');
      if (problem === 'invalid-code' && code === lastCode)
        throw refuse('printed the refused code again', 'invalid-code');
      lastCode = code;
      return code;
    } finally {
      // A child of the shell may outlive it, and keep this open.
      child.stdout.destroy();
    }
  };
}
