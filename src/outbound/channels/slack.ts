/**
 * An incoming webhook of Slack. By "Sending messages using incoming webhooks", "Rate limits" and "Formatting text" of
 * docs.slack.dev: POST of blocks to a URL that is the secret; about one message a second, more are answered 429 with
 * Retry-After; `&`, `<` and `>` must be escaped, and nothing else calls anybody. 200 with `ok` is taken; other answers
 * say why in a word, such as `invalid_payload` or `channel_is_archived`.
 */

import { retryAt } from '../client/retry-after.ts';
import { type Channel, type ChannelCalls, wordsOf } from './channel.ts';
import { fitting, oneLine } from './inert-text.ts';

export interface SlackSettings {
  readonly url: string;
}

const RATE = { per_minute: 50, burst: 1 };
/** Of a text in a block, in characters; a byte is at most one. */
const TEXT_MAX = 2_900;
const TITLE_MAX = 150;
const LIMITED_MILLIS = 30_000;
const LIMITED = 429;

export function slack({ url }: SlackSettings, calls: ChannelCalls): Channel {
  return {
    rate: RATE,
    send: async ({ title, lines, link }) => {
      const shown = escaped(oneLine(title)).slice(0, TITLE_MAX);
      const text = fitting(
        lines.map((line) => escaped(oneLine(line))),
        TEXT_MAX,
      ).join('\n');
      const blocks = [
        { type: 'header', text: plain(shown) },
        ...(text === '' ? [] : [{ type: 'section', text: plain(text) }]),
        ...(link === null ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: linkOf(link) } }]),
      ];
      const answer = await calls.post(url, { text: shown, blocks, unfurl_links: false, unfurl_media: false });
      const words = wordsOf(answer);
      if (answer.status === 200 && answer.body.toString().trim() === 'ok') return { kind: 'taken', words };
      if (answer.status !== LIMITED) return { kind: 'refused', words };
      const now = calls.now();
      const waitMillis = (retryAt(answer.headers['retry-after'], now) ?? now + LIMITED_MILLIS) - now;
      return { kind: 'refused', words, waitMillis };
    },
  };
}

/** No markup is read in it, and no name of an emoji. */
function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

function linkOf({ url, label }: { readonly url: string; readonly label: string }): string {
  return `<${escaped(url)}|${escaped(oneLine(label)).replaceAll('|', '/')}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
