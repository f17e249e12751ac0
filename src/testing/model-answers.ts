import type { FailureCode } from '../../machines/failures.ts';
import * as answers from './answers.ts';
import type { ModelOutcome } from './model-path.ts';
import type { ScriptedAnswer } from './scripted-answer.ts';

const token = 'dG9rZW4=';

/** What the server answers to have a call fail. The codes that are missing never come of an answer. */
const refusals: { readonly [Code in FailureCode]?: ScriptedAnswer } = {
  'invalid-credentials': answers.invalidCredentials,
  'invalid-code': answers.invalidCode,
  'ticket-expired': answers.corruptedTicket,
  'password-expired': answers.passwordExpired(token),
  'pin-not-set': answers.pinNotSet(token),
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
 * What an emulator is told to answer, so that a request comes to an outcome of the model.
 *
 * Some outcomes never come of an answer, since nothing is sent: `invalid-input`, `interrupted`, `insecure-url`, and defects.
 */
export function answerFor(outcome: ModelOutcome): ScriptedAnswer {
  switch (outcome.type) {
    case 'succeeded':
      return answers.succeeded(token);
    case 'expecting':
      return outcome.kind === 'code' ? answers.expectingCode(token) : answers.expectingPin(token);
    case 'failed':
      return refusals[outcome.code] ?? {};
    case 'thrown':
      return {};
  }
}
