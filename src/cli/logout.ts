import { AuthError, type AuthFailure, failures } from '../../machines/failures.ts';
import { isFromTheFuture, isLive, storeKey } from '../../machines/session.ts';
import { forgetSession, loadSession } from '../session/session-store.ts';
import {
  type CurrentSession,
  demandAccount,
  findTarget,
  forgetAccount,
  openStore,
  recallAccount,
  type TargetFlags,
} from './account.ts';
import { complain, explained, failureOf, readable } from './report.ts';

/** The flags of `etna-auth logout`. */
export interface LogoutFlags extends TargetFlags {
  /** Seconds. */
  readonly timeout?: number;
}

/**
 * Runs `etna-auth logout`: ends the session at the server, and deletes it whatever the reply. Without the application key it changes nothing.
 * Resolves with the exit code, which is not 0 if the token may still be valid.
 */
export async function runLogout({ timeout = 10, ...flags }: LogoutFlags): Promise<number> {
  try {
    const target = findTarget(flags);
    const account = demandAccount(target);
    const { store } = await openStore(target.store);
    const session = await loadSession(store, account);
    // One from the future counts as expired, but its token may be valid.
    const live = session && (isLive(session) || isFromTheFuture(session)) ? session : null;
    const failure = live && (await revoke({ target, account, store, session: live }, timeout));
    // Nothing was sent, and the user can try again.
    if (failure?.code === 'invalid-input') throw new AuthError(failure.code, failure);
    // A newer session, of a concurrent login, stays.
    if (session) await forgetSession(store, account, session);
    const last = recallAccount();
    const isLast = last && storeKey(last) === storeKey(account);
    if (isLast && (await loadSession(store, account)) === null) await forgetAccount();
    if (live && failure) {
      console.error(
        `The session of ${account.username} is forgotten here, but the server was not told: the token stays good until ` +
          `${isLive(live) ? readable(live.expiresAt) : 'it expires'}. ${await explained(failure)}`,
      );
      return failures[failure.code].exitCode;
    }
    console.error(live ? `Signed out ${account.username}.` : 'Nobody was signed in.');
    return 0;
  } catch (error) {
    return complain(error);
  }
}

/** `null` if the server has ended the session, now or earlier. */
async function revoke(current: CurrentSession, timeout: number): Promise<AuthFailure | null> {
  try {
    const { call } = await import('./call.ts');
    const request = { method: 'POST', path: 'logout', timeout: Math.ceil(timeout * 1000) };
    const { status, isSuccess } = await call(current, request);
    return isSuccess ? null : new AuthError('server-error', { detail: `HTTP ${status}` }).failure;
  } catch (error) {
    const failure = failureOf(error);
    return failure.code === 'session-rejected' ? null : failure;
  }
}
