/**
 * A custom robot of a DingTalk group. By "Custom robot access" and "Custom robot security settings" of
 * open.dingtalk.com: POST to the robot's URL; with a secret, `timestamp` (milliseconds, within an hour) and
 * `sign = urlencode(base64(HMAC-SHA256(secret, timestamp + "\n" + secret)))` in the query; with keywords, a message
 * needs one of them. At most 20 messages a minute, and who sends more is not heard for ten minutes; at most 20,000
 * bytes. The status is 200 whatever happened: `errcode` is 0 only if the message was taken.
 */

import { createHmac } from 'node:crypto';
import { type Channel, type ChannelCalls, membersOf, wordsOf } from './channel.ts';
import { fitting, inMarkdown, oneLine } from './inert-text.ts';

export interface DingtalkSettings {
  readonly url: string;
  /** Null of a robot that is kept by keywords or addresses. */
  readonly secret: string | null;
  readonly keyword: string | null;
}

/** At most 19 in any minute. */
const RATE = { per_minute: 15, burst: 4 };
const BYTES_MAX = 19_000;
/** Too many messages. */
const MUTED: readonly unknown[] = [130101, 130102, 410100];
const MUTED_MILLIS = 10 * 60_000;

export function dingtalk({ url, secret, keyword }: DingtalkSettings, calls: ChannelCalls): Channel {
  return {
    rate: RATE,
    send: async ({ title, lines, link }) => {
      const inert = inMarkdown(title);
      // The keyword stays as it was configured: the robot looks for it, brackets and all.
      const shown = keyword === null || inert.includes(keyword) ? inert : `${oneLine(keyword)} ${inert}`;
      const linked = link === null ? [] : [`[${inMarkdown(link.label)}](${link.url})`];
      const text = [...linesOf(shown, lines), ...linked].join('\n\n');
      // `at` says whom to call: nobody, whatever the text has.
      const body = { msgtype: 'markdown', markdown: { title: shown, text }, at: { atMobiles: [], isAtAll: false } };
      const answer = await calls.post(secret === null ? url : signedUrl(url, secret, calls.now()), body);
      const { errcode } = membersOf(answer);
      const words = wordsOf(answer);
      if (answer.status === 200 && errcode === 0) return { kind: 'taken', words };
      return { kind: 'refused', words, ...(MUTED.includes(errcode) ? { waitMillis: MUTED_MILLIS } : {}) };
    },
  };
}

function linesOf(title: string, lines: readonly string[]): string[] {
  return [`**${title}**`, ...fitting(lines.map(inMarkdown), BYTES_MAX)];
}

export function signedUrl(url: string, secret: string, at: number): string {
  const sign = createHmac('sha256', secret).update(`${at}\n${secret}`).digest('base64');
  return `${url}${url.includes('?') ? '&' : '?'}timestamp=${at}&sign=${encodeURIComponent(sign)}`;
}
