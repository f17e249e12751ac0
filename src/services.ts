import { fromPromise, type PromiseActorLogic } from 'xstate';
import { AuthError } from '../machines/failures.ts';
import { isAlive } from '../machines/secret.ts';
import type { TokenReply, TokenRequest } from '../machines/vocabulary.ts';
import type { ProtocolOptions } from './protocol/options.ts';
import { callTokenEndpoint } from './protocol/token-endpoint.ts';

/** The two services that the machine invokes. */
export interface AuthServices {
  readonly requestToken: PromiseActorLogic<TokenReply, TokenRequest>;
  readonly verifyCode: PromiseActorLogic<TokenReply, TokenRequest>;
}

const defaultLifetime = 24 * 60 * 60 * 1000;

/** The services that speak to a broker's token endpoint. Each run makes one request, or none. */
export function createServices(options: ProtocolOptions): AuthServices {
  const service = fromPromise<TokenReply, TokenRequest>(({ input, signal }) => signIn(options, input, signal));
  return { requestToken: service, verifyCode: service };
}

const inputs = new WeakSet<object>();

// XState runs a service again when a snapshot is restored. A snapshot that was stored comes back with dead secrets; one that
// stayed in memory comes back with the very same input.
function isSpent(input: object): boolean {
  const spent = inputs.has(input);
  inputs.add(input);
  return spent;
}

/** Makes the request that the machine asks for, or none where it was made already. */
export async function signIn(
  options: ProtocolOptions,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<TokenReply> {
  const { credentials, challenge, code } = request;
  const secrets = [credentials?.password, ...(challenge ? [challenge.interimToken, code] : [])];
  // The clock starts before the call: a session must never be taken to last longer than it does.
  const issuedAt = Date.now();
  try {
    if (isSpent(request) || !credentials || !secrets.every(isAlive)) throw new AuthError('interrupted');
    const answer = challenge && code && { challenge, code };
    const decision = await callTokenEndpoint(options, credentials, answer, signal);
    if (decision.type === 'expecting') return decision;
    const expiresAt = issuedAt + (options.sessionLifetime ?? defaultLifetime);
    const { username } = credentials;
    return { type: decision.type, session: { username, token: decision.token, issuedAt, expiresAt } };
  } catch (error) {
    if (error instanceof AuthError) return { type: 'failed', failure: error.failure };
    throw error;
  }
}
