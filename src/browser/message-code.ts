import { type Secret, secret } from '../../machines/secret.ts';

interface OneTimeCodeRequest extends CredentialRequestOptions {
  readonly otp: { readonly transport: readonly 'sms'[] };
}

/** The code in an SMS, if the browser has WebOTP and the user allows it to read the message; otherwise `null`. */
export async function readCodeFromMessage(signal: AbortSignal): Promise<Secret | null> {
  if (!('OTPCredential' in globalThis)) return null;
  const request: OneTimeCodeRequest = { otp: { transport: ['sms'] }, signal };
  try {
    const credential = (await navigator.credentials.get(request)) as (Credential & { code?: string }) | null;
    return credential?.code && !signal.aborted ? secret(credential.code) : null;
  } catch {
    // The user prefers to type it, or has done so.
    return null;
  }
}
