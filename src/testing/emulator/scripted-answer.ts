import type { Answer } from './answers.ts';
import { pause, untilAborted } from './pause.ts';
import { endlessBody, stalledBody } from './unfinished-body.ts';

/** What goes wrong below HTTP, or beside it. */
export type Mishap =
  /** The connection is reset before any answer. Without a network: rejects with fetch's `TypeError`. */
  | { readonly reset: true }
  /** Accepts the request and never answers; ends when the client gives up or the server closes. */
  | { readonly silent: true }
  /** Points somewhere else, with a 302 unless told. */
  | { readonly redirect: string; readonly status?: 302 | 307 | 308 }
  /** 200, and a body of blanks that never ends, sent as fast as it is read. */
  | { readonly endless: true }
  /** 200, this much of a body, then nothing more. */
  | { readonly stallAfter: string };

/**
 * What the emulator does with one `/token` request. `{ asUsual: true }` treats it as ETNA would, so that a later
 * request can be scripted. Each answer can be held back for `delay` milliseconds.
 *
 * @example
 * ```ts
 * import { answers, createEmulator } from 'etna-auth/testing';
 *
 * const emulator = createEmulator();
 * emulator.answerNext({ asUsual: true, delay: 50 }, answers.serverError, { reset: true });
 * ```
 */
export type ScriptedAnswer = (
  | Answer
  | Mishap
  | { readonly asUsual: true }
  /** Holds the request until the promise tells what to do with it. */
  | { readonly later: Promise<ScriptedAnswer> }
) & { readonly delay?: number };

/** How `fetch` rejects when the peer resets the connection. */
export class ConnectionReset extends TypeError {
  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
}

/** Turns a scripted answer into a complete one, or into what a client meets instead. `usual` gives ETNA's own answer. */
export async function play(scripted: ScriptedAnswer, signal: AbortSignal, usual: () => Answer): Promise<Answer> {
  if (scripted.delay !== undefined) await pause(scripted.delay, signal);
  if ('asUsual' in scripted) return usual();
  if ('later' in scripted) return play(await Promise.race([scripted.later, untilAborted(signal)]), signal, usual);
  if ('reset' in scripted) throw new ConnectionReset();
  if ('silent' in scripted) return silence(signal);
  if ('redirect' in scripted) return { status: scripted.status ?? 302, headers: { Location: scripted.redirect } };
  if ('endless' in scripted) return { headers: json, body: endlessBody(signal) };
  if ('stallAfter' in scripted) return { headers: json, body: stalledBody(scripted.stallAfter, signal) };
  return scripted;
}

/** Keeps the program alive, as the open connection would: a pending promise does not, nor does a timeout of Node's. */
function silence(signal: AbortSignal): Promise<never> {
  const connection = setInterval(() => {}, 2 ** 31 - 1);
  return untilAborted(signal).finally(() => clearInterval(connection));
}

const json = { 'Content-Type': 'application/json' };
