import { type AuthFailure, failures } from '../../machines/failures.ts';
import { reveal } from '../../machines/secret.ts';
import { type Account, isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
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
import { type Conversation, createMonologue } from './conversation.ts';
import { explained, failureOf, failureReport, print, readable, successReport } from './report.ts';

/** The flags of `etna-auth login`. */
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

/** Prompts in a terminal, and nothing elsewhere. */
export async function openScene(): Promise<LoginScene> {
  const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  if (!interactive) return { conversation: createMonologue(), interactive };
  // It is slow to load, and scripts do not need it.
  const { createDialogue } = await import('./dialogue.ts');
  return { conversation: createDialogue('Sign in to ETNA Trader'), interactive };
}

/** A session, its account, and how to report it. */
export interface Outcome {
  readonly session: Session;
  readonly account: Account;
  readonly appKey: string | undefined;
  readonly message: string;
  /** Why it could not be stored, if it could not. */
  readonly unstored?: AuthFailure | undefined;
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
    const outcome =
      (await findKept(flags, target, kept)) ?? (await signIn(flags, target, kept, scene, interruption.signal));
    const { session, message, unstored } = outcome;
    if (!unstored) await remember(outcome, target, scene);
    scene.conversation.close({ message, succeeded: !unstored });
    if (flags.json) print(successReport(session));
    if (flags.printToken) process.stdout.write(`${reveal(session.token)}\n`);
    // A printed token is useful without the store.
    return unstored && !flags.printToken ? failures[unstored.code].exitCode : 0;
  } catch (error) {
    const failure = failureOf(error, interruption.signal);
    scene.conversation.close({ message: await explained(failure), succeeded: false });
    if (flags.json) print(await failureReport(failure));
    return failures[failure.code].exitCode;
  } finally {
    for (const signal of interruptions) process.off(signal, interrupt);
  }
}

/** The stored session, if it is live. An unusable store is noticed here, before any prompt. */
async function findKept({ force }: LoginFlags, target: Target, { store }: OpenStore): Promise<Outcome | null> {
  const account = accountOf(target);
  const session = account && (await loadSession(store, account));
  if (force || !account || !session || !isLive(session)) return null;
  const until = readable(session.expiresAt);
  const message = `Already signed in as ${session.username} until ${until}. Use --force to sign in again.`;
  return { session, account, appKey: target.appKey, message };
}

/** Signs in. That part is slow to load, so it is loaded only if no live session is stored. */
async function signIn(...how: Parameters<typeof import('./sign-in.ts').signIn>): Promise<Outcome> {
  const { signIn } = await import('./sign-in.ts');
  return signIn(...how);
}

/** Remembers the account, so that later commands need no flags. Only a convenience: a failure is ignored. */
async function remember({ account, appKey }: Outcome, { store }: Target, { conversation }: LoginScene): Promise<void> {
  if (store === 'memory') return;
  try {
    await rememberAccount({ ...account, ...(appKey !== undefined && { appKey }), store });
  } catch (error) {
    conversation.note(`Later commands will need the flags of this one. ${await explained(failureOf(error))}`);
  }
}
