// What the HTTP side needs of notices: a test of a channel, and what a person wants by mail.

import { z } from 'zod';

const MAIL_WISHES = ['all', 'critical', 'digest', 'none'] as const;
const NOTICE_DETAILS = ['none', 'reference', 'amount'] as const;

export const NoticePreferencesForm = z.strictObject({
  /** Everything, what is critical, the digest of the morning, or nothing. */
  mail: z.enum(MAIL_WISHES),
  /** How much of a case a mail says. */
  detail: z.enum(NOTICE_DETAILS),
});
export type NoticePreferences = z.output<typeof NoticePreferencesForm>;

/** A channel as it is told: without its address, which lets somebody in. */
export interface ConfiguredChannel {
  readonly name: string;
  readonly kind: string;
  readonly language: string;
  readonly events: readonly string[];
  readonly merchants: readonly string[];
}

export interface NoticePort {
  /** The channels, and whether there is a mail server. */
  configured(): { readonly channels: readonly ConfiguredChannel[]; readonly mail: boolean };
  /**
   * Sends a text to a channel, or to a person by mail, and gives the other side's own words. Throws HESABU_NOT_FOUND
   * for a channel that the configuration does not have, HESABU_GATEWAY_LIMITED where the other side takes no more for
   * now, and HESABU_GATEWAY_FAILED where no answer came.
   */
  test(target: { readonly channel: string } | { readonly person: string }): Promise<{
    readonly taken: boolean;
    readonly words: string;
  }>;
  preferencesOf(person: string): NoticePreferences;
  setPreferences(person: string, preferences: NoticePreferences): void;
}
