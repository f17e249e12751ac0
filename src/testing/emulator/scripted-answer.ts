import type { Answer } from './answers.ts';
import { pause, untilAborted } from './pause.ts';
import { endlessBody, stalledBody } from './unfinished-body.ts';

/** Failures below HTTP. */
export type Mishap =
  /** The connection is reset without a reply. Without a network: rejects with fetch's `TypeError`. */
  | { readonly reset: true }
  /** Accepts the request and never replies. Ends when the client aborts or the server closes. */
  | { readonly silent: true }
  /** Redirects, with status 302 by default. */
  | { readonly redirect: string; readonly status?: 302 | 307 | 308 }
  /** 200, and an endless body of spaces, sent as fast as it is read. */
  | { readonly endless: true }
  /** 200, the beginning of a body, then nothing more. */
  | { readonly stallAfter: string };

/**
 * What the emulator does with one request of a login. `{ asUsual: true }` handles it normally, so that a later request can be scripted.
 * `delay` holds the reply back, in milliseconds.
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
  /** Holds the request until the promise resolves with a reply. */
  | { readonly later: Promise<ScriptedAnswer> }
) & { readonly delay?: number };

/** The error of `fetch` when the server resets the connection. */
export class ConnectionReset extends TypeError {
  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
}

/** Plays a scripted reply. `usual` returns the normal one. */
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

/** Keeps the program running, as an open connection would; a pending promise does not. */
function silence(signal: AbortSignal): Promise<never> {
  const connection = setInterval(() => {}, 2 ** 31 - 1);
  return untilAborted(signal).finally(() => clearInterval(connection));
}

const json = { 'Content-Type': 'application/json' };
