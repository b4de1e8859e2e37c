/**
 * A custom bot of a group in Feishu or Lark, two hosts with one interface (open.feishu.cn, open.larksuite.com). By
 * "Custom bot usage guide" of open.feishu.cn: POST of a card; with signature verification, `timestamp` (seconds, within
 * an hour) and `sign` in the body, the HMAC-SHA256 of an empty message under the key timestamp + "\n" + secret, in
 * base64. At most 100 messages a minute and 5 a second, 20 KB each. The status may be 200 with a `code` other than 0.
 */

import { createHmac } from 'node:crypto';
import { type Channel, type ChannelCalls, membersOf, wordsOf } from './channel.ts';
import { fitting, oneLine } from './inert-text.ts';

export interface LarkSettings {
  readonly url: string;
  /** Null of a bot without signature verification. */
  readonly secret: string | null;
}

const RATE = { per_minute: 60, burst: 4 };
const BYTES_MAX = 15_000;
/** Too many messages. */
const LIMITED: readonly unknown[] = [9499, 11232, 99991400];
const LIMITED_MILLIS = 60_000;

export function lark({ url, secret }: LarkSettings, calls: ChannelCalls): Channel {
  return {
    rate: RATE,
    send: async ({ title, lines, link, isCritical }) => {
      // Elements of plain text: nothing in them is markup, and nobody is called.
      const texts = fitting(lines.map(oneLine), BYTES_MAX).map((line) => ({ tag: 'div', text: plain(line) }));
      const button = (to: string, label: string) => {
        return { tag: 'action', actions: [{ tag: 'button', text: plain(label), url: to, type: 'default' }] };
      };
      const card = {
        config: { wide_screen_mode: true },
        header: { title: plain(oneLine(title)), template: isCritical ? 'red' : 'blue' },
        elements: [...texts, ...(link === null ? [] : [button(link.url, oneLine(link.label))])],
      };
      const seconds = Math.floor(calls.now() / 1000);
      const signed = secret === null ? {} : { timestamp: `${seconds}`, sign: signature(secret, seconds) };
      const answer = await calls.post(url, { ...signed, msg_type: 'interactive', card });
      const { code, StatusCode: status } = membersOf(answer);
      const words = wordsOf(answer);
      if (answer.status === 200 && (code === 0 || (code === undefined && status === 0)))
        return { kind: 'taken', words };
      const isLimited = answer.status === 429 || LIMITED.includes(code);
      return { kind: 'refused', words, ...(isLimited ? { waitMillis: LIMITED_MILLIS } : {}) };
    },
  };
}

function plain(content: string) {
  return { tag: 'plain_text', content };
}

export function signature(secret: string, seconds: number): string {
  return createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64');
}
