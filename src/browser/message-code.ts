import { type Secret, secret } from '../../machines/secret.ts';

interface OneTimeCodeRequest extends CredentialRequestOptions {
  readonly otp: { readonly transport: readonly 'sms'[] };
}

/** The code of an SMS, where the browser has WebOTP and the user lets it read the message; `null` otherwise. */
export async function readCodeFromMessage(signal: AbortSignal): Promise<Secret | null> {
  if (!('OTPCredential' in globalThis)) return null;
  const request: OneTimeCodeRequest = { otp: { transport: ['sms'] }, signal };
  try {
    const credential = (await navigator.credentials.get(request)) as (Credential & { code?: string }) | null;
    return credential?.code && !signal.aborted ? secret(credential.code) : null;
  } catch {
    // The user would rather type it, or has done so.
    return null;
  }
}
