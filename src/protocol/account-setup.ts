import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { reveal, type Secret } from '../../machines/secret.ts';
import type { Challenge, Credentials, SecurityImage, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { fieldIn, parseBody, wordsIn } from './body.ts';
import { exchange, type Sent } from './exchange.ts';
import { commonHeaders, headerValue } from './headers.ts';
import { onceByKy } from './once-by-ky.ts';
import type { ProtocolOptions } from './options.ts';
import { presentable } from './reply.ts';

// Sets a new password or PIN. Few logins need it, so it is loaded on demand.

/** Some pictures, in Base64. */
const longestImages = 8 * 1024 * 1024;

/** The pictures that a user may choose from, by `GET {baseUrl}/v1.0/assets/security-images`; none if they cannot be loaded. */
export async function loadImages(
  options: ProtocolOptions,
  bearer: Secret,
  aborted: AbortSignal,
): Promise<SecurityImage[]> {
  const headers = { ...commonHeaders(options), Authorization: `Bearer ${reveal(bearer)}` };
  const sent: Sent = { method: 'GET', headers, longestReply: longestImages, client: onceByKy };
  // A picture is optional, and must not end a login that has begun.
  const reply = await exchange(options, 'v1.0/assets/security-images', sent, aborted).catch(() => null);
  const model = reply?.response.ok ? fieldIn(parseBody(reply.text).whole, 'Model') : null;
  if (!Array.isArray(model)) return [];
  return model.flatMap((image: unknown) => {
    const [name, content] = [fieldIn(image, 'FileName'), fieldIn(image, 'Content')];
    // They are displayed, and become part of a URL, so they must not contain anything else.
    if (typeof name !== 'string' || !/^[\p{L}\p{N} ._-]{1,100}$/u.test(name)) return [];
    return typeof content === 'string' && /^[A-Za-z\d+/]+=*$/.test(content) ? [{ name, content }] : [];
  });
}

/**
 * Sets the new password or PIN, by one call of `PUT {baseUrl}/v1.0/users/passwords/reset/` or `POST
 * {baseUrl}/v1.0/users/pincode/change`. If the server rejects it, the challenge is repeated with the server's words.
 *
 * @throws {AuthError} if the login cannot continue, for example `ticket-expired`; `network` and `timeout` if no reply arrived, although
 * the server may have accepted it.
 */
export async function setUpAccount(
  options: ProtocolOptions,
  credentials: Credentials,
  challenge: Challenge,
  code: Secret,
  choice: TokenRequest['choice'],
  aborted: AbortSignal,
): Promise<TokenReply> {
  const { path, method, content, confidential } = callFor(challenge, code, choice);
  // It has to fit into a header later: a text that does not must not become the password.
  headerValue(challenge.kind, reveal(code), options.headerEncoding);
  const headers = { ...commonHeaders(options), 'Content-Type': 'application/json' };
  const sent: Sent = { method, headers, body: JSON.stringify(content), client: onceByKy };
  const { response, text } = await exchange(options, path, sent, aborted);

  const { status, ok } = response;
  const { whole } = parseBody(text);
  const errors = firstText(fieldIn(whole, 'ModelState')) ?? firstText(fieldIn(whole, 'Errors'));
  const words = errors ?? wordsIn(whole);
  const reason = presentable(words, [...confidential, reveal(credentials.password), options.appKey]);
  const fail = (failureCode: FailureCode) =>
    new AuthError(failureCode, { step: challenge.step, reason, detail: `HTTP ${status}` });
  if (ok && whole === null && text.trim()) throw fail('malformed-reply');
  const isRefused = errors !== null || isDenial(whole, words);
  if (ok && !isRefused) {
    const isPassword = challenge.kind === 'new-password';
    return { type: 'restarting', credentials: isPassword ? { ...credentials, password: code } : credentials };
  }
  if (ok || [400, 409, 422].includes(status)) return { type: 'expecting', expectation: { ...challenge, reason } };
  if (status === 401 || status === 403) throw fail('ticket-expired');
  if (status === 429) throw fail('too-many-attempts');
  // A reply from something in front of the server may hide that the server has acted.
  if (status >= 502 && status <= 504) throw fail('timeout');
  throw fail(status < 500 ? 'malformed-reply' : 'server-error');
}

/** The documented call, and the texts in it that must not appear in a message. */
function callFor({ kind, interimToken }: Challenge, code: Secret, choice: TokenRequest['choice']) {
  const [answer, token] = [reveal(code), reveal(interimToken)];
  if (kind === 'new-password') {
    const content = { Token: token, Password: answer, PasswordConfirmation: answer };
    return { path: 'v1.0/users/passwords/reset/', method: 'PUT', content, confidential: [answer, token] } as const;
  }
  const phrase = choice?.personalPhrase && reveal(choice.personalPhrase);
  // `FormData` has `null` for what was not chosen.
  const content = { Token: token, Pin: answer, ImageName: choice?.imageName ?? undefined, PersonalPhrase: phrase };
  return { path: 'v1.0/users/pincode/change', method: 'POST', content, confidential: [answer, token, phrase] } as const;
}

/** Whether a body reports errors. A documented sample of a success has `IsSucceed: false`, so only errors with text count. */
const isDenial = (whole: unknown, words: string | null): boolean =>
  /^failed$/i.test(String(fieldIn(whole, 'State'))) || (fieldIn(whole, 'IsSucceed') === false && words !== null);

/** The first text in a value, such as a list of errors, or errors by field. */
function firstText(value: unknown, depth = 4): string | null {
  if (typeof value === 'string') return value || null;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  for (const part of Object.values(value)) {
    const text = firstText(part, depth - 1);
    if (text !== null) return text;
  }
  return null;
}
