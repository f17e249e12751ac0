import fc from 'fast-check';
import type { ScriptedAnswer } from '../../src/testing/index.ts';

const statuses = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(200, 202, 301, 302, 400, 401, 403, 404, 407, 429, 500, 502, 503) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);

// Halves of characters, too.
const anyText = fc.uint16Array({ maxLength: 20 }).map((units) => String.fromCharCode(...units));

/** Replies of a server: those that ETNA gives, those near them, and whatever bytes there are. */
export function replies({ password, code }: { password: string; code: string }): fc.Arbitrary<ScriptedAnswer> {
  const words = fc.oneof(
    fc.constantFrom(
      'Invalid credentials',
      'Expecting confirmation code',
      'Invalid pin',
      'PIN code is not init',
      'Corrupted ticket',
      'Your Password has expired and must be changed',
      'Too many login requests',
      'Application key is not defined or does not exist',
      'Неверный код',
      '',
      `\u001b[2J${password}\u0007 and ${code}`,
    ),
    anyText,
  );
  const steps = fc.oneof(
    fc.constantFrom(
      'BaseAuthentication',
      'VerificationCode',
      'SecutityPin',
      'SecurityPin',
      '__proto__',
      'constructor',
      code,
    ),
    fc.string(),
  );
  const tokens = fc.oneof(
    fc.constantFrom('dG9rZW4=', 'a b', 'a\r\nb: c', '', password),
    fc.base64String(),
    fc.string(),
  );
  const loose = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 8, arbitrary: value as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: fc.jsonValue() });
  const near = fc.record(
    {
      State: loose(fc.constantFrom('Succeeded', 'Expecting', 'Failed', 'succeeded', 'Blocked')),
      Step: loose(steps),
      Reason: loose(words),
      Token: loose(tokens),
      ConfirmationToken: loose(tokens),
      PersonalPhrase: loose(words),
      Image: loose(fc.base64String()),
      Message: loose(words),
      message: loose(words),
      error: loose(words),
      Error: loose(fc.record({ Code: fc.integer(), Message: words })),
      Errors: loose(fc.array(words, { maxLength: 3 })),
      IsSucceed: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const bodies = fc.oneof(
    { weight: 6, arbitrary: near.map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 1, arbitrary: near.map((body) => JSON.stringify(body).slice(0, -2)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '<html></html>', 'null', '[]', '{"State":', `"${'x'.repeat(70_000)}"`),
    },
  );
  const headers = fc.record(
    {
      'Content-Type': fc.constantFrom('application/json', 'text/html', 'text/plain; charset=utf-16', 'nonsense'),
      'Retry-After': fc.constantFrom('0', '1', '-1', '60', '1e400', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT'),
      Location: fc.constantFrom('https://elsewhere.test/', 'javascript:alert(1)', '::', `/${password}`),
    },
    { requiredKeys: [] },
  );
  const answers = fc.record({ status: statuses, headers, body: bodies });
  const mishaps = fc.constantFrom<ScriptedAnswer>(
    { reset: true },
    { redirect: 'https://elsewhere.test/' },
    { endless: true },
  );
  return fc.oneof({ weight: 20, arbitrary: answers.map(withoutNullBody) }, { weight: 1, arbitrary: mishaps });
}

/** Some statuses have no body; a response that has one cannot be made. */
function withoutNullBody<Reply extends { status: number; body: string | Uint8Array }>(reply: Reply): ScriptedAnswer {
  const { body, ...rest } = reply;
  return [204, 205, 304].includes(reply.status) ? rest : reply;
}
