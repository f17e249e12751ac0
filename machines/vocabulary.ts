import type { AuthFailure } from './failures.ts';
import type { Secret } from './secret.ts';

/** Who signs in. */
export interface Credentials {
  readonly username: string;
  readonly password: Secret;
}

/** A picture that the user may choose to recognise the server by. */
export interface SecurityImage {
  readonly name: string;
  /** A PNG in Base64. */
  readonly content: string;
}

/** What the server wants before it gives a session: one step of a two-factor login, or what the account lacks. */
export interface Expectation {
  /** The step as the server names it: `VerificationCode`, `SecutityPin` (the typo is ETNA's), … */
  readonly step: string;
  /**
   * `code`: sent to the user by SMS or e-mail. `pin`: known to the user. `other`: answered by a header that you configured.
   * `new-password`: the password has expired, and the answer is the one to replace it. `new-pin`: the account needs a PIN, and the
   * answer is the one that the user chooses, with a phrase and one of the `images`. After these two the login starts over.
   */
  readonly kind: 'code' | 'pin' | 'other' | 'new-password' | 'new-pin';
  /** The server's own words, often localised. At the first attempt they may already read like a refusal ("Invalid pin"). */
  readonly reason: string | null;
  /** Ties the answer to this login. Never a session. */
  readonly interimToken: Secret;
  /** The phrase that the user chose to recognise the server by, shown where a PIN is asked for. */
  readonly personalPhrase: Secret | null;
  /** The image that the user chose to recognise the server by. */
  readonly image: Secret | null;
  /** The pictures to choose from, where the kind is `new-pin`. There may be none. */
  readonly images?: readonly SecurityImage[] | undefined;
  /** How often it may be answered before the login fails, where the server asks again. 3 unless told. */
  readonly maxAttempts?: number | undefined;
}

/** A step that the user is asked to answer. */
export interface Challenge extends Expectation {
  /** Counts from 1, and grows with each answer that the server refused. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /**
   * Why it is asked again: the server refused the answer (`invalid-code`), it could not be sent as it was (`invalid-input`), or
   * no reply arrived (`network`, `timeout`). In the last two cases the server may have received it; only the user sends it again.
   */
  readonly problem: 'invalid-code' | 'invalid-input' | 'network' | 'timeout' | null;
}

/** A signed-in user. */
export interface Session {
  readonly username: string;
  /** Goes into `Authorization: Bearer …`. */
  readonly token: Secret;
  /** When the token was asked for, in milliseconds since 1970. */
  readonly issuedAt: number;
  /** When the token is over, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What one call of the token endpoint came to, where the login goes on. Services reject with an `AuthError` where it does not. */
export type TokenReply =
  | { readonly type: 'succeeded'; readonly session: Session }
  | { readonly type: 'expecting'; readonly expectation: Expectation }
  /** The account has what it lacked: the login starts over with these credentials. */
  | { readonly type: 'restarting'; readonly credentials: Credentials };

/** What a call of the token endpoint is made of: the credentials alone at first, and an answer to a challenge later. */
export interface TokenRequest {
  readonly credentials: Credentials | null;
  readonly challenge: Challenge | null;
  readonly code: Secret | null;
  readonly choice?: PinChoice | undefined;
}

/** What belongs to a new PIN. */
export interface PinChoice {
  /** The `name` of one of the challenge's `images`. */
  readonly imageName?: string | undefined;
  /** The phrase that the server will show where it asks for the PIN. */
  readonly personalPhrase?: Secret | undefined;
}

/** What users and hosts may say to the machine. */
export type AuthEvent =
  | { readonly type: 'login'; readonly credentials: Credentials }
  | { readonly type: 'code.submit'; readonly code: Secret; readonly choice?: PinChoice | undefined }
  | { readonly type: 'code.resend' }
  | { readonly type: 'cancel' }
  | { readonly type: 'retry' }
  | { readonly type: 'reset' }
  | { readonly type: 'logout' }
  | { readonly type: 'session.shared'; readonly session: Session }
  | { readonly type: 'session.ended' }
  | { readonly type: 'session.check' }
  | { readonly type: 'session.rejected' };

/** What happens once, for `actor.on`: hosts keep sessions by it. */
export type AuthEmitted =
  /** `elsewhere`: another tab or process signed in. */
  | { readonly type: 'session.opened'; readonly session: Session; readonly origin: 'login' | 'elsewhere' }
  /** By the user, here or `elsewhere`, by time, or by the server. */
  | {
      readonly type: 'session.closed';
      readonly session: Session;
      readonly reason: 'logout' | 'elsewhere' | 'expired' | 'rejected';
    };

/** What the machine remembers: at most what its state needs. */
export interface AuthContext {
  readonly credentials: Credentials | null;
  readonly challenge: Challenge | null;
  readonly session: Session | null;
  readonly failure: AuthFailure | null;
}

/** What the machine may start with. */
export interface AuthInput {
  /** A session from an earlier login; one that is over is dropped. */
  readonly session?: Session | null | undefined;
}

/** The machine's types, as XState's `setup` takes them. */
export interface AuthTypes {
  context: AuthContext;
  events: AuthEvent;
  emitted: AuthEmitted;
  input: AuthInput | undefined;
  tags: 'busy';
}
