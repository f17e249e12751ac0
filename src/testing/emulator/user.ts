/** A brokerage account, as `GET /v1.0/users/@me/accounts` lists it. */
export interface EmulatedAccount {
  readonly id: number;
  readonly clearingAccount: string;
  readonly marginType?: string;
  readonly enabled?: boolean;
}

/** Somebody who can sign in at the emulator, and what it takes to do so. */
export interface EmulatedUser {
  readonly username: string;
  readonly password: string;
  /** Where the one-time code goes. Without it, or with `false`, no code is asked for. */
  readonly twoFactor?: 'sms' | 'email' | false;
  /** Asks for this PIN as well. */
  readonly pin?: string;
  /** The broker demands a PIN and the user never chose one: it has to be set during the login. */
  readonly pinNotSet?: boolean;
  /** Which of the two is asked for first, when the user has both. `code-first` unless told. */
  readonly order?: 'code-first' | 'pin-first';
  /** The password has to be changed during the login. */
  readonly passwordExpired?: boolean;
  /** Shown with the question for the PIN, to tell the broker from an impostor. */
  readonly personalPhrase?: string;
  readonly id?: number;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly accounts?: readonly EmulatedAccount[];
}

/** The application key of an emulator that was not given one. It is public, and opens nothing else. */
export const demoAppKey = 'RVROQS1BVVRILURFTU8tQVBQLUtFWQ==';

/**
 * The users of an emulator that was not given any: one for each way in which a login can go.
 * Their passwords and PINs are public, and open nothing else.
 */
export const demoUsers = [
  { username: 'alice', password: 'alice-demo', twoFactor: 'sms', firstName: 'Alice', lastName: 'Code' },
  { username: 'bob', password: 'bob-demo', firstName: 'Bob', lastName: 'Password' },
  { username: 'carol', password: 'carol-demo', twoFactor: 'email', pin: '2468', firstName: 'Carol', lastName: 'Both' },
  {
    username: 'dave',
    password: 'dave-demo',
    twoFactor: 'sms',
    pin: '1357',
    order: 'pin-first',
    personalPhrase: 'purple heron',
    firstName: 'Dave',
    lastName: 'Reversed',
  },
  { username: 'erin', password: 'erin-demo', passwordExpired: true, firstName: 'Erin', lastName: 'Expired' },
  { username: 'frank', password: 'frank-demo', pinNotSet: true, firstName: 'Frank', lastName: 'Pinless' },
] as const satisfies readonly EmulatedUser[];
