import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { reveal, type Secret } from '../../machines/secret.ts';
import type { Challenge, Credentials, SecurityImage, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { fieldIn, parseBody, wordsIn } from './body.ts';
import { exchange, type Sent } from './exchange.ts';
import { headerValue } from './headers.ts';
import type { ProtocolOptions } from './options.ts';
import { presentable } from './reply.ts';

// What gives an account what it lacks. Few logins need it, so that it is loaded when one does.

/** Some pictures, in Base64. */
const longestImages = 8 * 1024 * 1024;

/** The pictures that a user may choose from, by `GET {baseUrl}/v1.0/assets/security-images`; none where they cannot be had. */
export async function loadImages(
  options: ProtocolOptions,
  bearer: Secret,
  aborted: AbortSignal,
): Promise<SecurityImage[]> {
  const headers = commonHeaders(options);
  headers.set('Authorization', `Bearer ${reveal(bearer)}`);
  const sent: Sent = { method: 'GET', headers, longestReply: longestImages };
  // A PIN can be had without a picture, and this login has begun.
  const reply = await exchange(options, 'v1.0/assets/security-images', sent, aborted).catch(() => null);
  const model = reply?.response.ok ? fieldIn(parseBody(reply.text).whole, 'Model') : null;
  if (!Array.isArray(model)) return [];
  return model.flatMap((image: unknown) => {
    const [name, content] = [fieldIn(image, 'FileName'), fieldIn(image, 'Content')];
    // They are shown, and become part of an address: neither must be able to become more than that.
    if (typeof name !== 'string' || !/^[\p{L}\p{N} ._-]{1,100}$/u.test(name)) return [];
    return typeof content === 'string' && /^[A-Za-z\d+/]+=*$/.test(content) ? [{ name, content }] : [];
  });
}

/**
 * Gives the account the new password or PIN, by one call: `PUT {baseUrl}/v1.0/users/passwords/reset/` or `POST
 * {baseUrl}/v1.0/users/pincode/change`. Where the server refuses it, the challenge is set again, with the server's words.
 *
 * @throws {AuthError} where the login cannot go on, such as `ticket-expired`; `network` and `timeout` where the server may have
 * taken it all the same.
 */
export async function setUpAccount(
  options: ProtocolOptions,
  credentials: Credentials,
  challenge: Challenge,
  code: Secret,
  choice: TokenRequest['choice'],
  aborted: AbortSignal,
): Promise<TokenReply> {
  const isPassword = challenge.kind === 'new-password';
  const [answer, token, phrase] = [code, challenge.interimToken, choice?.personalPhrase].map(
    (text) => text && reveal(text),
  );
  // It will have to go into a header: what cannot must not become the password.
  headerValue(challenge.kind, answer ?? '', options.headerEncoding);
  const headers = commonHeaders(options);
  headers.set('Content-Type', 'application/json');
  const [path, method, content] = isPassword
    ? ([
        'v1.0/users/passwords/reset/',
        'PUT',
        { Token: token, Password: answer, PasswordConfirmation: answer },
      ] as const)
    : ([
        'v1.0/users/pincode/change',
        'POST',
        { Token: token, Pin: answer, ImageName: choice?.imageName, PersonalPhrase: phrase },
      ] as const);
  const { response, text } = await exchange(options, path, { method, headers, body: JSON.stringify(content) }, aborted);

  const { status, ok } = response;
  const { whole } = parseBody(text);
  const [errors, modelState] = [fieldIn(whole, 'Errors'), fieldIn(whole, 'ModelState')];
  const words = firstText(modelState) ?? firstText(errors) ?? wordsIn(whole);
  const reason = presentable(words, [answer, token, phrase, reveal(credentials.password), options.appKey]);
  const fail = (failureCode: FailureCode) =>
    new AuthError(failureCode, { step: challenge.step, reason, detail: `HTTP ${status}` });
  if (ok && whole === null && text.trim()) throw fail('malformed-reply');
  // A documented sample has `IsSucceed: false` for a success, so that it tells nothing without words.
  const isDenied =
    /^failed$/i.test(String(fieldIn(whole, 'State'))) || (fieldIn(whole, 'IsSucceed') === false && words);
  const isRefused = firstText(errors) !== null || firstText(modelState) !== null || !!isDenied;
  if (ok && !isRefused) {
    return { type: 'restarting', credentials: isPassword ? { ...credentials, password: code } : credentials };
  }
  if (ok || [400, 409, 422].includes(status)) return { type: 'expecting', expectation: { ...challenge, reason } };
  if (status === 401 || status === 403) throw fail('ticket-expired');
  if (status === 429) throw fail('too-many-attempts');
  // Whoever answers for a server that did not may hide that it has acted.
  if (status >= 502 && status <= 504) throw fail('timeout');
  throw fail(status < 500 ? 'malformed-reply' : 'server-error');
}

const commonHeaders = ({ appKey }: ProtocolOptions) =>
  new Headers({ Accept: 'application/json', 'Et-App-Key': headerValue('appKey', appKey) });

/** The first text that there is in a value, such as a list of errors or a table of them by field. */
function firstText(value: unknown, depth = 4): string | null {
  if (typeof value === 'string') return value || null;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  for (const part of Object.values(value)) {
    const text = firstText(part, depth - 1);
    if (text !== null) return text;
  }
  return null;
}
