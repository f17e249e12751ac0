import { expect, it } from 'vitest';
import { messageLine, requestLine } from '../../src/cli/printable.ts';

const request = {
  method: 'POST',
  path: '/token',
  headers: { username: 'alice', password: '•••', accept: '*/*' },
  authorization: 'none',
  origin: null,
  status: 202,
  state: 'Expecting',
  step: 'VerificationCode',
  reason: 'Expecting confirmation code',
  duration: 12,
  time: 0,
} as const;

it('formats a request to the emulator, and its reply, as one line', () => {
  expect(requestLine(request)).toBe(
    'POST /token username=alice password=••• -> 202 Expecting VerificationCode (12 ms)',
  );
});

it.each(['\u001b[2J', '\u009b2J', '\u202e', '\u200b', '\u2028', '\n'])(
  'shows nothing of a stranger that talks to terminals: %j',
  (text) => {
    const line = requestLine({ ...request, path: `/${text}`, headers: { username: text } });
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(line).toMatch(/^POST \/[\ufffd ]/);
  },
);

it('shows no header but those of a login', () => {
  const headers = { 'x-username': 'eve', 'username-x': 'eve', pincode: '•••' };
  expect(requestLine({ ...request, headers })).toMatch(/^POST \/token pincode=••• ->/);
});

it('formats a request without a reply', () => {
  const unanswered = { ...request, status: null, state: null, step: null, duration: null };
  expect(requestLine({ ...unanswered, authorization: 'interim token' })).toBe(
    'POST /token username=alice password=••• authorization=interim token -> no answer',
  );
});

it.each([
  ['sms', 'SMS'],
  ['email', 'E-mail'],
] as const)('tells a message by %s in a line', (channel, name) => {
  expect(messageLine({ channel, to: 'alice', code: '123456', sentAt: 0 })).toBe(
    `${name} to alice: your code is 123456`,
  );
});
