import { reveal } from '../../machines/secret.ts';
import { findCurrentSession, type TargetFlags } from './account.ts';
import { complain } from './failure.ts';

/** Runs `etna-auth token`: prints a live token, and nothing else. Resolves with the exit code. */
export async function runToken(flags: TargetFlags): Promise<number> {
  try {
    const { session } = await findCurrentSession(flags);
    process.stdout.write(`${reveal(session.token)}\n`);
    return 0;
  } catch (error) {
    return complain(error);
  }
}
