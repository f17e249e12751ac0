import type { FailureCode } from '../../machines/failures.ts';
import type { Challenge } from '../../machines/vocabulary.ts';
import type { Answer } from '../../src/testing/index.ts';

/** A documented reply to the first call of the token endpoint, the statuses that it can come with, and what a reader of its page makes of it. */
export interface WireRow {
  readonly reply: string;
  readonly statuses: readonly number[];
  readonly body?: Answer['body'];
  readonly headers?: Answer['headers'];
  readonly means: 'authenticated' | Challenge['kind'] | FailureCode;
}

const Token = 'dG9rZW4=';
const ConfirmationToken = 'Y29uZmlybQ==';
const expired = 'Your Password has expired and must be changed';
const first = 'BaseAuthentication';

/** Every reply that ETNA's pages, a white label's description, or a server have shown. */
export const wire: readonly WireRow[] = [
  { reply: 'a session', statuses: [200, 202], body: { State: 'Succeeded', Token }, means: 'authenticated' },
  {
    reply: 'a code is on its way',
    statuses: [200, 202],
    body: { State: 'Expecting', Step: 'VerificationCode', Reason: 'Expecting confirmation code', Token },
    means: 'code',
  },
  ...['SecutityPin', 'SecurityPin'].map(
    (Step): WireRow => ({
      reply: `the PIN, as ${Step}`,
      statuses: [200, 202],
      body: { State: 'Expecting', Step, Reason: 'Invalid pin', Token },
      means: 'pin',
    }),
  ),
  {
    reply: 'a PIN that was never set, without a step',
    statuses: [200, 202],
    body: { State: 'Expecting', Reason: 'PIN code is not init', Token, ConfirmationToken },
    means: 'new-pin',
  },
  {
    reply: 'a PIN that was never set, with a step',
    statuses: [200, 202],
    body: { State: 'Expecting', Step: 'SecutityPin', Reason: 'PIN code is not init', Token, ConfirmationToken },
    means: 'new-pin',
  },
  {
    reply: 'an expired password, as a refusal',
    statuses: [200, 202, 401],
    body: { State: 'Failed', Step: first, Reason: expired, Token },
    means: 'new-password',
  },
  {
    reply: 'an expired password, with a confirmation token',
    statuses: [200, 202, 401],
    body: { State: 'Failed', Step: first, Reason: expired, ConfirmationToken },
    means: 'new-password',
  },
  {
    reply: 'an expired password, with the word for the step as state',
    statuses: [200, 202, 401],
    body: { State: first, Reason: expired, Token },
    means: 'new-password',
  },
  {
    reply: 'a wrong name or password',
    statuses: [401],
    body: { State: 'Failed', Step: first, Reason: 'Invalid credentials' },
    means: 'invalid-credentials',
  },
  {
    reply: 'a dead ticket',
    statuses: [401],
    body: { State: 'Failed', Step: 'VerificationCode', Reason: 'Corrupted ticket' },
    means: 'ticket-expired',
  },
  {
    reply: 'throttling, in words',
    statuses: [401, 429],
    body: { State: 'Failed', Step: first, Reason: 'Too many login requests. Please try again later.' },
    means: 'too-many-attempts',
  },
  {
    reply: 'throttling, by a header',
    statuses: [401, 429],
    headers: { 'Retry-After': '30' },
    body: { State: 'Failed', Step: first },
    means: 'too-many-attempts',
  },
  { reply: 'throttling, without a word', statuses: [429], means: 'too-many-attempts' },
  {
    reply: 'an application key that is unknown',
    statuses: [401, 403],
    body: { error: 'Application key is not defined or does not exist' },
    means: 'unknown-app-key',
  },
  { reply: 'nothing', statuses: [403], means: 'unknown-app-key' },
  {
    reply: 'a server that has a problem',
    statuses: [500, 502, 503],
    body: { message: 'An error occurred while processing your request', error: 'Unexpected server error' },
    means: 'server-error',
  },
  { reply: 'a page', statuses: [200, 202, 404], body: '<!DOCTYPE html><title>Hello</title>', means: 'malformed-reply' },
  { reply: 'nothing at all', statuses: [200, 202, 404, 511], means: 'malformed-reply' },
  {
    reply: 'a redirect',
    statuses: [301, 302, 307, 308],
    headers: { Location: 'https://terminal.test/' },
    means: 'redirected',
  },
  { reply: 'a session without its token', statuses: [200], body: { State: 'Succeeded' }, means: 'malformed-reply' },
  {
    reply: 'a challenge without its token',
    statuses: [202],
    body: { State: 'Expecting', Step: 'VerificationCode' },
    means: 'malformed-reply',
  },
  {
    reply: 'a challenge without its step',
    statuses: [200, 202],
    body: { State: 'Expecting', Token },
    means: 'malformed-reply',
  },
  {
    reply: 'a step that nobody knows',
    statuses: [202],
    body: { State: 'Expecting', Step: 'DeviceCheck', Token },
    means: 'unsupported-step',
  },
  {
    reply: 'an account that is locked',
    statuses: [401, 403],
    body: { State: 'Failed', Step: first, Reason: 'Your account is locked.' },
    means: 'refused',
  },
  { reply: 'words in a Message', statuses: [400, 401, 403], body: { Message: 'Closed for today' }, means: 'refused' },
  {
    reply: 'words in an Error',
    statuses: [400, 401, 403],
    body: { Error: { Code: 7, Message: 'Closed for today' } },
    means: 'refused',
  },
  {
    reply: 'words in Errors',
    statuses: [400, 401, 403],
    body: { Errors: ['Closed for today'], IsSucceed: false },
    means: 'refused',
  },
];
