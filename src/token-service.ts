import { AuthError } from '../machines/failures.ts';
import { isSetUp } from '../machines/outcome.ts';
import { isAlive, unwrapped } from '../machines/secret.ts';
import type { Expectation, TokenReply, TokenRequest } from '../machines/vocabulary.ts';
import type { AuthOptions } from './auth-machine.ts';
import { numberOption } from './protocol/number-option.ts';
import { onDemand } from './protocol/on-demand.ts';
import type { Decision } from './protocol/reply.ts';
import { callTokenEndpoint } from './protocol/token-endpoint.ts';

export { callLogoutEndpoint } from './protocol/logout-endpoint.ts';

const defaultLifetime = 24 * 60 * 60 * 1000;
/** Its end has to be a date. */
const longestLifetime = 1e13;

const requests = new WeakSet<TokenRequest>();

// XState runs a service again when a snapshot is restored. A stored snapshot has lost its secrets; one that stayed in memory has the
// very same request.
function isSpent(request: TokenRequest): boolean {
  const spent = requests.has(request);
  requests.add(request);
  return spent;
}

/**
 * Makes the request of the machine, unless it has already been made.
 *
 * @throws {AuthError} for every result other than a session or a challenge.
 */
export async function requestToken(
  options: AuthOptions,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<TokenReply> {
  const { credentials, challenge, code, choice } = request;
  if (credentials?.password === unwrapped) throw notWrapped('credentials.password of the event "login"');
  if (code === unwrapped) throw notWrapped('code of the event "code.submit"');
  const phrase = choice?.personalPhrase;
  if (phrase === unwrapped) throw notWrapped('choice.personalPhrase of the event "code.submit"');
  const secrets = [
    credentials?.password,
    ...(challenge ? [challenge.interimToken, code] : []),
    ...(phrase ? [phrase] : []),
  ];
  if (isSpent(request) || !credentials || !secrets.every(isAlive)) throw new AuthError('interrupted');
  const lifetime = numberOption('sessionLifetime', options.sessionLifetime ?? defaultLifetime, 0, longestLifetime);
  numberOption('maxAttempts', options.maxAttempts ?? 1, 0);
  // The lifetime starts before the request: a session must never seem to last longer than it does.
  const issuedAt = Date.now();
  if (challenge && code && isSetUp(challenge.kind)) {
    const { setUpAccount } = await loadAccountSetup();
    return setUpAccount(options, credentials, challenge, code, choice, signal);
  }
  const decision = await callTokenEndpoint(options, credentials, challenge && code && { challenge, code }, signal);
  if (decision.type === 'expecting')
    return { type: decision.type, expectation: await completed(decision, options, signal) };
  const expiresAt = issuedAt + lifetime;
  const { username } = credentials;
  return { type: decision.type, session: { username, token: decision.token, issuedAt, expiresAt } };
}

/** A challenge, completed from the options and the server. */
async function completed(
  { expectation, bearer }: Extract<Decision, { type: 'expecting' }>,
  options: AuthOptions,
  signal: AbortSignal,
): Promise<Expectation> {
  const { maxAttempts } = options;
  if (expectation.kind !== 'new-pin') return { ...expectation, maxAttempts };
  const { loadImages } = await loadAccountSetup();
  return { ...expectation, maxAttempts, images: await loadImages(options, bearer, signal) };
}

const loadAccountSetup = onDemand(() => import('./protocol/account-setup.ts'));

const notWrapped = (place: string) =>
  new AuthError('invalid-input', { detail: `${place}: not a Secret; wrap the text: secret('…')` });
