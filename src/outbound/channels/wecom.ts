/**
 * A robot of a WeCom group. By "Message push configuration" of developer.work.weixin.qq.com: POST of Markdown with at
 * most 4,096 bytes (text: 2,048) to the robot's URL, whose `key` is the secret; at most 20 messages a minute. People
 * are called by `<@userid>` in Markdown. The status is 200 whatever happened: `errcode` is 0 only if it was taken.
 */

import { type Channel, type ChannelCalls, membersOf, wordsOf } from './channel.ts';
import { fitting, inMarkdown } from './inert-text.ts';

export interface WecomSettings {
  readonly url: string;
  /** The ids of those who are called by what is critical. */
  readonly mention: readonly string[];
}

/** At most 19 in any minute. */
const RATE = { per_minute: 15, burst: 4 };
const BYTES_MAX = 4_096;
/** Too many messages. */
const LIMITED: readonly unknown[] = [45009, 45033];
const LIMITED_MILLIS = 60_000;

export function wecom({ url, mention }: WecomSettings, calls: ChannelCalls): Channel {
  return {
    rate: RATE,
    send: async ({ title, lines, link, isCritical }) => {
      const last = [
        ...(link === null ? [] : [`[${inMarkdown(link.label)}](${link.url})`]),
        ...(isCritical && mention.length > 0 ? [mention.map((id) => `<@${inMarkdown(id)}>`).join('')] : []),
      ];
      const head = `**${inMarkdown(title)}**`;
      const used = [head, ...last].reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      const content = [head, ...fitting(lines.map(inMarkdown), BYTES_MAX - used), ...last].join('\n');
      const answer = await calls.post(url, { msgtype: 'markdown', markdown: { content } });
      const { errcode } = membersOf(answer);
      const words = wordsOf(answer);
      if (answer.status === 200 && errcode === 0) return { kind: 'taken', words };
      return { kind: 'refused', words, ...(LIMITED.includes(errcode) ? { waitMillis: LIMITED_MILLIS } : {}) };
    },
  };
}
