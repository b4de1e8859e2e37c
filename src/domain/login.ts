// Who somebody is by the word of an outside issuer (OpenID Connect), and what one sign-in there is held to.

/** By these two a person is known again: mail addresses and names change, and may be given to somebody else. */
export interface Login {
  readonly issuer: string;
  /** The claim `sub`. */
  readonly subject: string;
}

/** What the issuer vouches for. */
export interface VouchedLogin extends Login {
  /** Whether a second factor was shown there, as far as the configuration and the issuer say. */
  readonly hasSecondFactor: boolean;
}

/** What an answer of the issuer must fit: each is random, and of one sign-in. */
export interface LoginFlow {
  /** Comes back with the browser. */
  readonly state: string;
  /** Comes back in the signed token. */
  readonly nonce: string;
  /** Of PKCE: shows that who takes the code is who asked for it. */
  readonly verifier: string;
}
