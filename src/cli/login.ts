import { type AuthFailure, failures } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import { type Account, isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { logTransitions } from '../inspect/log-transitions.ts';
import { explain } from '../messages.ts';
import { codeFromCommand } from '../node/code-command.ts';
import { storedLogin } from '../node/stored-login.ts';
import { loadSession } from '../session/session-store.ts';
import {
  accountOf,
  findTarget,
  type OpenStore,
  openStore,
  rememberAccount,
  type Target,
  type TargetFlags,
} from './account.ts';
import type { Conversation } from './conversation.ts';
import { failureOf } from './failure.ts';
import { askForMissing, challengeHeadersFrom, demandComplete, lifetimeFrom, readPassword } from './login-input.ts';
import { failureReport, print, readable, successReport } from './report.ts';

/** The flags of `etna-auth login`, as the argument parser gives them. */
export interface LoginFlags extends TargetFlags {
  readonly headerEncoding?: 'utf-8' | 'latin1';
  /** Seconds. */
  readonly timeout?: number;
  /** Seconds. */
  readonly sessionLifetime?: number;
  /** `step=header` each. */
  readonly challengeHeader?: readonly string[];
  readonly codeCommand?: string;
  readonly passwordStdin?: true;
  readonly force?: true;
  readonly trace?: true;
  readonly json?: true;
  readonly printToken?: true;
}

/** How to communicate with the user. */
export interface LoginScene {
  readonly conversation: Conversation;
  /** Whether it can prompt. */
  readonly interactive: boolean;
}

/** Signals that end the command gracefully, so that a prompt restores the terminal. */
const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs `etna-auth login`: messages go through the conversation, data to stdout. Resolves with the exit code. */
export async function runLogin(flags: LoginFlags, scene: LoginScene): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of interruptions) process.on(signal, interrupt);
  try {
    const target = findTarget(flags);
    const kept = await openStore(target.store);
    const { session, message, unstored } =
      (await greetAgain(flags, target, kept, scene)) ?? (await signIn(flags, target, kept, scene, interruption.signal));
    scene.conversation.close({ message, succeeded: !unstored });
    if (flags.json) print(successReport(session));
    if (flags.printToken) process.stdout.write(`${reveal(session.token)}\n`);
    // A printed token is useful without the store.
    return unstored && !flags.printToken ? failures[unstored.code].exitCode : 0;
  } catch (error) {
    const failure = failureOf(error, interruption.signal);
    scene.conversation.close({ message: explain(failure), succeeded: false });
    if (flags.json) print(failureReport(failure));
    return failures[failure.code].exitCode;
  } finally {
    for (const signal of interruptions) process.off(signal, interrupt);
  }
}

/** A session, and how to report it. */
interface Outcome {
  readonly session: Session;
  readonly message: string;
  /** Why it could not be stored, if it could not. */
  readonly unstored?: AuthFailure | undefined;
}

/** Returns the stored session, if it is live. An unusable store is noticed here, before any prompt. */
async function greetAgain(
  { force }: LoginFlags,
  target: Target,
  { store }: OpenStore,
  scene: LoginScene,
): Promise<Outcome | null> {
  const account = accountOf(target);
  const session = account && (await loadSession(store, account));
  if (force || !account || !session || !isLive(session)) return null;
  await remember(target, account, scene);
  const until = readable(session.expiresAt);
  return { session, message: `Already signed in as ${session.username} until ${until}. Use --force to sign in again.` };
}

async function signIn(
  flags: LoginFlags,
  target: Target,
  { store, placeOf }: OpenStore,
  scene: LoginScene,
  signal: AbortSignal,
): Promise<Outcome> {
  const { conversation, interactive } = scene;
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
  const message = `Signed in as ${session.username} until ${readable(session.expiresAt)}.`;
  if (unstored) return { session, message: `${message} The session was not stored: ${explain(unstored)}`, unstored };
  await remember({ ...target, appKey: complete.appKey }, account, scene);
  const place = placeOf(account);
  return { session, message: place === null ? message : `${message} The session is stored in ${place}.` };
}

/** Remembers the account, so that later commands need no flags. Only a convenience: a failure is ignored. */
async function remember({ appKey, store }: Target, account: Account, { conversation }: LoginScene): Promise<void> {
  if (store === 'memory') return;
  try {
    await rememberAccount({ ...account, ...(appKey !== undefined && { appKey }), store });
  } catch (error) {
    conversation.note(`Later commands will need the flags of this one. ${explain(failureOf(error))}`);
  }
}
