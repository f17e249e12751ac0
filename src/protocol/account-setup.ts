import { AuthError } from '../../machines/failures.ts';
import { reveal, type Secret } from '../../machines/secret.ts';
import type { Challenge, Credentials, SecurityImage, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { parseBody, wordsIn } from './body.ts';
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
  const { Model } = Object(reply?.response.ok ? parseBody(reply.text).whole : null);
  if (!Array.isArray(Model)) return [];
  return Model.flatMap((image: unknown) => {
    const { FileName: name, Content: content } = Object(image);
    // It becomes part of an address, and must not be able to become more than that.
    return typeof name === 'string' && /^[A-Za-z\d+/]+=*$/.test(content) ? [{ name, content }] : [];
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

  const { whole } = parseBody(text);
  const { Errors, ModelState } = Object(whole);
  const particulars = Object.values(Object(ModelState))
    .flat()
    .find((words) => typeof words === 'string');
  const confidential = [answer, token, phrase, reveal(credentials.password), options.appKey];
  const reason = presentable(typeof particulars === 'string' ? particulars : wordsIn(whole), confidential);
  // A documented sample has `IsSucceed: false` for a success, so that only the errors count.
  const hasErrors = Array.isArray(Errors) && Errors.length > 0;
  if (response.ok && !hasErrors) {
    return { type: 'restarting', credentials: isPassword ? { ...credentials, password: code } : credentials };
  }
  if (response.ok || [400, 409, 422].includes(response.status)) {
    return { type: 'expecting', expectation: { ...challenge, reason } };
  }
  const { status } = response;
  const isDead = status === 401 || status === 403;
  const failureCode = isDead
    ? 'ticket-expired'
    : status === 429
      ? 'too-many-attempts'
      : status < 500
        ? 'malformed-reply'
        : 'server-error';
  throw new AuthError(failureCode, { step: challenge.step, reason, detail: `HTTP ${status}` });
}

const commonHeaders = ({ appKey }: ProtocolOptions) =>
  new Headers({ Accept: 'application/json', 'Et-App-Key': appKey });
