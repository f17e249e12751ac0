import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Answer, answers } from '../../src/testing/index.ts';
import { head, reply, startRawServer } from './raw-server.ts';
import { failureOf, loginAt, loginMetBy, sessionOf } from './sign-in.ts';

const json = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });
const page = '<!DOCTYPE html><title>Welcome to our Wi-Fi</title>';

describe('a reply outside the protocol is malformed', () => {
  it.each<[string, Answer]>([
    ['an HTML page', { status: 200, body: page }],
    ['an HTML page that is not found', answers.notFound],
    ['an HTML page that forbids', answers.htmlPage('Forbidden', 403)],
    ['an empty body', { status: 200, body: '' }],
    ['an empty 202', { status: 202, body: '' }],
    ['an empty 401', { status: 401, body: '' }],
    ['a 204', { status: 204 }],
    ['blanks', { status: 200, body: ' \r\n ' }],
    ['half a JSON', { status: 200, body: '{"State":"Succeeded","Token":"YWJj"' }],
    ['two JSONs', { status: 200, body: '{}{}' }],
    ['null', json(200, null)],
    ['a text', json(200, 'Succeeded')],
    ['a number', json(401, 401)],
    ['an array', json(200, [{ State: 'Succeeded', Token: 'YWJj' }])],
    ['nothing in braces', json(200, {})],
    ['an error without words', json(401, {})],
    ['a state of another kind', json(200, { State: 1, Token: 'YWJj' })],
    ['a token of another kind', json(200, { State: 'Succeeded', Token: 1 })],
    ['a step of another kind', json(202, { State: 'Expecting', Step: {}, Token: 'YWJj' })],
    ['an unknown state', json(200, { State: 'Pending', Token: 'YWJj' })],
    ['a token without a state', json(200, { Token: 'YWJj' })],
    [
      'brackets without an end in sight',
      { status: 401, body: `{"Errors":${'['.repeat(30_000)}${']'.repeat(30_000)}}` },
    ],
  ])('%s', async (_, answer) => {
    expect(failureOf(await loginMetBy(answer))).toMatchObject({
      code: 'malformed-reply',
      detail: `HTTP ${answer.status}`,
      reason: null,
      retryable: true,
    });
  });
});

describe('an incomplete success or challenge is malformed', () => {
  it.each<[string, Answer]>([
    ['Succeeded without a token', json(200, { State: 'Succeeded' })],
    ['Succeeded with a token of null', json(200, { State: 'Succeeded', Token: null })],
    ['Succeeded with an empty token', json(200, { State: 'Succeeded', Token: '' })],
    ['Succeeded with an error status', json(401, { State: 'Succeeded', Token: 'YWJj' })],
    ['Expecting without a step', json(202, { State: 'Expecting', Token: 'aW50' })],
    ['200 Expecting without a step', json(200, { State: 'Expecting', Token: 'aW50' })],
    ['Expecting with an empty step', json(202, { State: 'Expecting', Step: '', Token: 'aW50' })],
    ['Expecting without a token', json(202, { State: 'Expecting', Step: 'VerificationCode' })],
    ['Expecting with an error status', { ...answers.expectingCode('aW50'), status: 401 }],
  ])('%s', async (_, answer) => {
    expect(failureOf(await loginMetBy(answer)).code).toBe('malformed-reply');
  });
});

it('a refusal with an unknown state is malformed', async () => {
  const answer = json(401, { State: 'Pending', Reason: 'Wait for approval' });
  expect(failureOf(await loginMetBy(answer))).toMatchObject({ code: 'malformed-reply', reason: 'Wait for approval' });
});

it('a success with a server error is not a session', async () => {
  expect(failureOf(await loginMetBy(json(500, { State: 'Succeeded', Token: 'YWJj' }))).code).toBe('server-error');
});

it('200 Expecting with a step and a token is a challenge, never a session', async () => {
  expect(await loginMetBy({ ...answers.expectingCode('aW50'), status: 200 })).toMatchObject({
    state: 'awaitingCode',
    challenge: { kind: 'code' },
  });
});

describe('the message is found in any known field', () => {
  it.each<[string, object]>([
    ['Message', { Message: 'Closed for today' }],
    ['message', { message: 'Closed for today' }],
    ['error', { error: 'Closed for today' }],
    ['Error', { Error: { Code: 17, Message: 'Closed for today' } }],
    ['Errors with objects', { Errors: [{ Code: 17, Message: 'Closed for today' }], IsSucceed: false }],
    ['Errors with texts', { Errors: ['Closed for today', 'And tomorrow'], IsSucceed: false }],
    ['a Message after an empty Reason', { Reason: '', Message: 'Closed for today' }],
    ['a Message beside odd fields', { Reason: 7, Error: [], Errors: 'none', Message: 'Closed for today' }],
  ])('%s', async (_, body) => {
    const words = { step: null, reason: 'Closed for today' };
    expect(failureOf(await loginMetBy({ status: 400, body }))).toMatchObject({ code: 'refused', ...words });
    expect(failureOf(await loginMetBy({ status: 401, body }))).toMatchObject({ code: 'refused', ...words });
    expect(failureOf(await loginMetBy({ status: 500, body }))).toMatchObject({ code: 'server-error', ...words });
    expect(failureOf(await loginMetBy({ status: 200, body }))).toMatchObject({ code: 'malformed-reply', ...words });
  });

  it('but not in nested fields', async () => {
    const body = { error: { error: { error: { error: 'Closed for today' } } } };
    expect(failureOf(await loginMetBy({ status: 500, body })).reason).toBeNull();
  });

  it('an empty list of errors is not a reason', async () => {
    const failure = failureOf(await loginMetBy({ status: 400, body: { Errors: [], IsSucceed: false } }));
    expect(failure).toMatchObject({ code: 'malformed-reply', reason: null });
  });
});

describe('the status decides if the body does not', () => {
  it.each([
    [429, '', 'too-many-attempts'],
    [429, page, 'too-many-attempts'],
    [429, '{"Message":"Slow down"}', 'too-many-attempts'],
    [500, '', 'server-error'],
    [502, page, 'server-error'],
    [503, '{}', 'server-error'],
    [504, page, 'server-error'],
    [599, 'null', 'server-error'],
  ])('%i with the body %j is %3$s', async (status, body, code) => {
    expect(failureOf(await loginMetBy({ status, body })).code).toBe(code);
  });

  it('a throttling reason needs no state', async () => {
    const body = { Message: 'Too many login requests' };
    expect(failureOf(await loginMetBy({ status: 401, body })).code).toBe('too-many-attempts');
  });
});

describe('a body is read', () => {
  const text = JSON.stringify({ State: 'Failed', Step: 'BaseAuthentication', Reason: 'Неверный пароль 😀' });
  const bytes = Buffer.from(text);

  it('in any number of pieces', async () => {
    await using server = await startRawServer([
      async (socket) => {
        socket.setNoDelay();
        socket.write(head(401, { 'Content-Length': bytes.length }));
        for (const byte of bytes) {
          socket.write(Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end();
      },
    ]);
    expect(failureOf(await loginAt(server.url)).reason).toBe('Неверный пароль 😀');
  });

  it.each<[string, string, Uint8Array]>([
    ['with a byte order mark', head(401), Buffer.from(`\ufeff${text}`)],
    ['until the connection ends', head(401), bytes],
    ['compressed', head(401, { 'Content-Encoding': 'gzip' }), gzipSync(bytes)],
    ['as whatever type it is labelled', head(401, { 'Content-Type': 'text/html; charset=windows-1251' }), bytes],
  ])('%s', async (_, top, body) => {
    await using server = await startRawServer([Buffer.concat([Buffer.from(top), body])]);
    expect(failureOf(await loginAt(server.url))).toMatchObject({
      code: 'invalid-credentials',
      reason: 'Неверный пароль 😀',
    });
  });

  it('with unknown fields', async () => {
    await using server = await startRawServer([reply(200, { State: 'Succeeded', Token: 'YWJj', New: { field: [1] } })]);
    sessionOf(await loginAt(server.url));
  });
});
