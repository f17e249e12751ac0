import { AuthError } from '../../machines/failures.ts';
import { patientClock } from '../patient-clock.ts';

/** How long a store may take for one call, in milliseconds. A keyring may have to ask its user first. */
const storeTimeout = 30_000;

/**
 * Calls a store, and waits for its reply, if it is asynchronous, for 30 seconds at most. A later reply is ignored.
 *
 * @throws {AuthError} `store-unavailable` if the store fails or does not reply. Its own error may quote its input, so only its code or
 * name is passed on.
 */
export async function callStore<Value>(call: () => Value): Promise<Awaited<Value>> {
  try {
    const reply = call();
    return await (isPending(reply) ? inTime(reply) : reply);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    const { code, name } = Object(error) as { code?: unknown; name?: unknown };
    // The codes of some databases are numbers.
    const detail = [code, name].find((each) => typeof each === 'string') ?? null;
    throw new AuthError('store-unavailable', { detail });
  }
}

const isPending = (reply: unknown): boolean => typeof Object(reply).then === 'function';

async function inTime<Value>(reply: Value): Promise<Awaited<Value>> {
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    const detail = `The store did not reply within ${storeTimeout / 1000} s.`;
    // Set after the call: if the store calls another one in this way, the inner call is the first to be late.
    timer = patientClock.setTimeout(() => reject(new AuthError('store-unavailable', { detail })), storeTimeout);
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    patientClock.clearTimeout(timer);
  }
}
