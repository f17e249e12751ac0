import type { Emulator } from '../../src/testing/index.ts';

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  token: string;
}

/** Calls the emulator the way a program without any library would: headers out, status and JSON back. */
export async function call(
  emulator: Emulator,
  path: string,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Reply> {
  const response = await emulator.fetch(`https://etna.test${emulator.basePath}${path}`, {
    method,
    headers: { 'Et-App-Key': emulator.appKey, ...headers },
  });
  const body: Record<string, unknown> = await response.json();
  return { status: response.status, headers: response.headers, body, token: String(body.Token) };
}

/** One user at the token endpoint. */
export function loginAs(emulator: Emulator, username: string, password = `${username}-demo`) {
  const step = (headers: Record<string, string> = {}) =>
    call(emulator, '/token', { Username: username, Password: password, ...headers });
  return {
    begin: () => step(),
    send: step,
    code: (interim: string, code: string) => step({ Authorization: `Bearer ${interim}`, VerificationCode: code }),
    pin: (interim: string, pin: string) => step({ Authorization: `Bearer ${interim}`, PinCode: pin }),
    newestCode: () => emulator.inbox(username).at(-1)?.code ?? 'no code was sent',
  };
}

/** A call after the login. */
export const callWith = (emulator: Emulator, token: string, path: string, method = 'GET') =>
  call(emulator, path, { Authorization: `Bearer ${token}` }, method);
