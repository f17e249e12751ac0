import { failures } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import {
  accountOf,
  demandAccount,
  findCurrentSession,
  findTarget,
  loadLiveSession,
  openStore,
  type TargetFlags,
} from './account.ts';
import { complain, explained, failureOf, failureReport, print, readable, successReport } from './report.ts';

/** The flags of `etna-auth status`. */
export interface StatusFlags extends TargetFlags {
  readonly json?: true;
}

/**
 * Runs `etna-auth status`: who is signed in, until when, and where the session is stored. It sends nothing. Resolves with the exit code.
 */
export async function runStatus({ json, ...flags }: StatusFlags): Promise<number> {
  let known = {};
  try {
    const target = findTarget(flags);
    known = { store: target.store, ...accountOf(target) };
    const account = demandAccount(target);
    const { store, placeOf } = await openStore(target.store);
    const session = await loadLiveSession(store, account);
    if (json)
      print({ ...successReport(session), baseUrl: account.baseUrl, store: target.store, place: placeOf(account) });
    else {
      console.log(`Signed in as ${account.username} at ${account.baseUrl} until ${readable(session.expiresAt)}.`);
      console.log(`The session is stored in ${placeOf(account)}.`);
    }
    return 0;
  } catch (error) {
    const failure = failureOf(error);
    if (json) print({ ...(await failureReport(failure)), ...known });
    else console.log(await explained(failure));
    return failures[failure.code].exitCode;
  }
}

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
