import { fromPromise, type PromiseActorLogic } from 'xstate';
import { createFailure } from '../machines/failures.ts';
import { isAlive } from '../machines/secret.ts';
import type { Credentials, RequestTokenInput, TokenReply, VerifyCodeInput } from '../machines/vocabulary.ts';
import { AuthError } from './protocol/auth-error.ts';
import type { Answer } from './protocol/headers.ts';
import type { ProtocolOptions } from './protocol/options.ts';
import { callTokenEndpoint } from './protocol/token-endpoint.ts';

/** The two services that the machine invokes. */
export interface AuthServices {
  readonly requestToken: PromiseActorLogic<TokenReply, RequestTokenInput>;
  readonly verifyCode: PromiseActorLogic<TokenReply, VerifyCodeInput>;
}

const defaultLifetime = 24 * 60 * 60 * 1000;
const interrupted: TokenReply = { type: 'failed', failure: createFailure('interrupted') };

/** The services that speak to a broker's token endpoint. Each run makes one request, or none. */
export function createServices(options: ProtocolOptions): AuthServices {
  return {
    requestToken: fromPromise(async ({ input, signal }) => {
      const { credentials } = input;
      if (isSpent(input) || !credentials || !isAlive(credentials.password)) return interrupted;
      return signIn(options, credentials, null, signal);
    }),
    verifyCode: fromPromise(async ({ input, signal }) => {
      const { credentials, challenge, code } = input;
      if (isSpent(input) || !credentials || !challenge || !code) return interrupted;
      if (![credentials.password, challenge.interimToken, code].every(isAlive)) return interrupted;
      return signIn(options, credentials, { challenge, code }, signal);
    }),
  };
}

const inputs = new WeakSet<object>();

// XState runs a service again when a snapshot is restored. A snapshot that was stored comes back with dead secrets; one that
// stayed in memory comes back with the very same input.
function isSpent(input: object): boolean {
  const spent = inputs.has(input);
  inputs.add(input);
  return spent;
}

async function signIn(
  options: ProtocolOptions,
  credentials: Credentials,
  answer: Answer | null,
  signal: AbortSignal,
): Promise<TokenReply> {
  // The clock starts before the call: a session must never be taken to last longer than it does.
  const issuedAt = Date.now();
  try {
    const decision = await callTokenEndpoint(options, credentials, answer, signal);
    if (decision.type === 'expecting') return decision;
    const expiresAt = issuedAt + (options.sessionLifetime ?? defaultLifetime);
    return {
      type: 'succeeded',
      session: { username: credentials.username, token: decision.token, issuedAt, expiresAt },
    };
  } catch (error) {
    if (error instanceof AuthError) return { type: 'failed', failure: error.failure };
    throw error;
  }
}
