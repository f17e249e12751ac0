import type { FailureCode } from '../../../machines/failures.ts';
import type { Challenge } from '../../../machines/vocabulary.ts';
import * as answers from '../emulator/answers.ts';
import type { Emulator } from '../emulator/emulator.ts';
import type { ScriptedAnswer } from '../emulator/scripted-answer.ts';
import { isRequesting, isUnsent, type ModelOutcome, type ModelPath } from './model-path.ts';

const token = 'dG9rZW4=';

/** The reply that leads to each failure. Failures that no reply causes are missing. */
const refusals: { readonly [Code in FailureCode]?: ScriptedAnswer } = {
  'invalid-credentials': answers.invalidCredentials,
  'invalid-code': answers.invalidCode,
  'ticket-expired': answers.corruptedTicket,
  // Without a token, so that nothing can be set.
  'password-expired': answers.failed('BaseAuthentication', 'Your Password has expired and must be changed'),
  'pin-not-set': answers.failed('SecutityPin', 'PIN code is not init'),
  refused: answers.failed('Approval', 'The account is locked'),
  'unknown-app-key': answers.appKeyUnknown,
  'too-many-attempts': answers.tooManyRequests(60),
  'unsupported-step': answers.expecting('Riddle', 'What walks on four legs?', token),
  'malformed-reply': answers.htmlPage('Welcome to the hotel'),
  'server-error': answers.serverError,
  network: { reset: true },
  timeout: { silent: true },
  redirected: { redirect: 'http://127.0.0.1:9/' },
};

/**
 * The reply of an emulator that leads to an outcome of the model. Some outcomes have none, since nothing is sent: `invalid-input`,
 * `interrupted`, `insecure-url`, `waiting`, and defects.
 *
 * @param asked The kind of challenge that the request responds to, if any: a new password is sent to another endpoint.
 */
export function answerFor(outcome: ModelOutcome, asked: Challenge['kind'] | null = null): ScriptedAnswer {
  if (asked === 'new-password') return setUpAnswers(outcome);
  switch (outcome.type) {
    case 'succeeded':
      return answers.succeeded(token);
    case 'expecting':
      if (outcome.kind === 'new-password') return answers.passwordExpired(token);
      return outcome.kind === 'code' ? answers.expectingCode(token) : answers.expectingPin(token);
    case 'failed':
      return refusals[outcome.code] ?? {};
    case 'restarting':
    case 'waiting':
    case 'thrown':
      return {};
  }
}

/** The reply of the endpoint for new passwords. */
function setUpAnswers(outcome: ModelOutcome): ScriptedAnswer {
  if (outcome.type === 'restarting') return answers.accountSetUp;
  if (outcome.type === 'expecting') return answers.passwordUsedBefore;
  return outcome.type === 'failed' ? (refusals[outcome.code] ?? {}) : {};
}

/**
 * Makes an emulator hold each request of a path until the test wants its outcome.
 *
 * @param emulator A new one for each path.
 * @returns The `settle` of an executor, which lets the emulator answer.
 *
 * @example
 * ```ts
 * import { createAuthTestModel, createEmulator, holdAnswers } from 'etna-auth/testing';
 *
 * const [path] = createAuthTestModel().getShortestPaths({ for: 'screen' });
 * const settle = path && holdAnswers(path, createEmulator());
 * ```
 */
export function holdAnswers(
  { turns }: ModelPath,
  emulator: Pick<Emulator, 'answerNext'>,
): (outcome: ModelOutcome) => void {
  const requests = turns.flatMap((turn, index) => {
    if (!isRequesting(turn)) return [];
    const asked = turn.event.type === 'code.submit' ? (turns[index - 1]?.state.kind ?? null) : null;
    let resolve: (answer: ScriptedAnswer) => void = () => {};
    const promise = new Promise<ScriptedAnswer>((settle) => {
      resolve = settle;
    });
    return [{ promise, resolve, asked, isCutShort: turn.outcome === null }];
  });
  // A login that starts over at the end of the path makes one more request, which stays unanswered.
  const held = [...requests.map(({ promise }) => promise), new Promise<never>(() => {})];
  emulator.answerNext(...held.map((later) => ({ later })));
  const answered = requests.filter(({ isCutShort }) => !isCutShort);
  return (outcome) => {
    if (isUnsent(outcome)) return;
    const next = answered.shift();
    next?.resolve(answerFor(outcome, next.asked));
  };
}
