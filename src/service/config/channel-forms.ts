// The part of hesabu.yaml about notices to people: chat channels, the mail server, and what each channel gets.

import { z } from 'zod';
import { READER_LANGUAGES } from '../../domain/language.ts';
import { DETAILS } from '../../outbound/notices/notice.ts';
import { merchants, secret, zone } from '../../producers/account-settings.ts';

const common = {
  /** Our name for it. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected lower-case letters, digits and dashes'),
  /** `case.overdue`, or `case.*`; all if absent. */
  events: z.array(z.string()).min(1).default(['*']),
  merchants,
  language: z.enum(READER_LANGUAGES).default('en'),
  /** Of days in texts, and of the morning. */
  zone: zone.default('UTC'),
  detail: z.enum(DETAILS).default('reference'),
};

const address = z.string().regex(/^([^<>\r\n@]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, 'expected a mail address');

export const channelForm = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('dingtalk'), ...common, url: secret, secret: secret.optional() },
    /** Of a robot that takes only messages with this word. */
    keyword: z.string().min(1).max(50).optional(),
  }),
  z.strictObject({ kind: z.literal('lark'), ...common, url: secret, secret: secret.optional() }),
  z.strictObject({
    ...{ kind: z.literal('wecom'), ...common, url: secret },
    /** Ids of people whom what is critical calls. */
    mention: z.array(z.string().min(1).max(64)).max(20).default([]),
  }),
  z.strictObject({ kind: z.literal('slack'), ...common, url: secret }),
  z.strictObject({ kind: z.literal('mail'), ...common, to: address }),
]);
export type ChannelConfig = z.output<typeof channelForm>;

/** The mail server, by which people get their own notices. */
export const mailForm = z.strictObject({
  host: z.string().min(1),
  /** 465 is TLS from the first byte, any other STARTTLS. */
  port: z.int().min(1).max(65_535).default(465),
  user: z.string().min(1).optional(),
  password: secret.optional(),
  from: address,
});
