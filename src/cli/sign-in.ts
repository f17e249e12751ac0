import type { AuthFailure } from '../../machines/failures.ts';
import { logTransitions } from '../inspect/log-transitions.ts';
import { explain } from '../messages.ts';
import { codeFromCommand } from '../node/code-command.ts';
import { storedLogin } from '../node/stored-login.ts';
import type { OpenStore, Target } from './account.ts';
import { failureOf } from './failure.ts';
import type { LoginFlags, LoginScene, Outcome } from './login.ts';
import { askForMissing, challengeHeadersFrom, demandComplete, lifetimeFrom, readPassword } from './login-input.ts';
import { readable } from './report.ts';

/** Signs in for `etna-auth login`: prompts for missing values, answers each challenge, and stores the session. */
export async function signIn(
  flags: LoginFlags,
  target: Target,
  { store, placeOf }: OpenStore,
  { conversation, interactive }: LoginScene,
  signal: AbortSignal,
): Promise<Outcome> {
  const { passwordStdin, headerEncoding, timeout, codeCommand, force, trace } = flags;
  const sessionLifetime = lifetimeFrom(flags.sessionLifetime);
  const challengeHeaders = challengeHeadersFrom(flags.challengeHeader);
  let unstored: AuthFailure | undefined;
  if (target.isRecalled && interactive) {
    conversation.note(`As ${target.username} at ${target.baseUrl}, like the last time.`);
  }
  const { baseUrl, appKey, username } = target;
  // If stdin is a terminal, the user is prompted, so that the password does not show.
  const password = passwordStdin && !process.stdin.isTTY ? await readPassword(signal) : undefined;
  const given = { baseUrl, appKey, username, password };
  const complete = interactive ? await askForMissing(given, conversation, signal) : demandComplete(given);
  const session = await storedLogin({
    ...complete,
    store,
    force,
    headerEncoding,
    sessionLifetime,
    challengeHeaders,
    timeout: timeout === undefined ? undefined : Math.ceil(timeout * 1000),
    signal,
    getCode:
      codeCommand === undefined ? (challenge) => conversation.answer(challenge, signal) : codeFromCommand(codeCommand),
    // Only a user can choose them.
    ...(interactive && {
      getNewPassword: (challenge) => conversation.newPassword(challenge, signal),
      getNewPin: (challenge) => conversation.newPin(challenge, signal),
    }),
    onStoreError: (error) => {
      unstored = failureOf(error);
    },
    onState: (state) => conversation.show(state),
    inspect: trace && logTransitions({ write: (line) => conversation.note(line) }),
    onWait: () => conversation.note('Another login to this account is under way, and this one waits for it.'),
  });
  const account = { baseUrl: complete.baseUrl ?? '', username: session.username };
  const outcome = { session, account, appKey: complete.appKey };
  const message = `Signed in as ${session.username} until ${readable(session.expiresAt)}.`;
  if (unstored) return { ...outcome, message: `${message} The session was not stored: ${explain(unstored)}`, unstored };
  const place = placeOf(account);
  return { ...outcome, message: place === null ? message : `${message} The session is stored in ${place}.` };
}
