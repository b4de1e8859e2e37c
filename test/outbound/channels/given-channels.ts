// The other side of each chat, as its documentation has it: its limit, its way of saying no, and what it was sent.
import type { Channel, ChannelAnswer, ChannelCalls } from '../../../src/outbound/channels/channel.ts';
import { dingtalk } from '../../../src/outbound/channels/dingtalk.ts';
import { lark } from '../../../src/outbound/channels/lark.ts';
import { slack } from '../../../src/outbound/channels/slack.ts';
import { wecom } from '../../../src/outbound/channels/wecom.ts';
import type { Clock } from '../../../src/runtime/clock.ts';

export interface Chat {
  readonly kind: string;
  readonly channel: Channel;
  /** The bodies that it took. */
  readonly taken: { readonly at: number; readonly body: string }[];
  /** How many it refused, for whatever reason. */
  refused: number;
  /** What it answers to the next call, whatever that is. */
  next: ChannelAnswer | Error | undefined;
  /** What it answers to every call. */
  always: ChannelAnswer | undefined;
}

const answerOf = (status: number, body: object | string, headers: Record<string, string> = {}): ChannelAnswer => {
  return { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
};

interface Rules {
  readonly perMinute: number;
  readonly bytesMax: number;
  /** For how long one who sends too much is not heard. */
  readonly mutedMillis: number;
  readonly ok: ChannelAnswer;
  readonly tooMany: ChannelAnswer;
  readonly tooLong: ChannelAnswer;
  make(calls: ChannelCalls): Channel;
}

const RULES: Readonly<Record<string, Rules>> = {
  dingtalk: {
    ...{ perMinute: 20, bytesMax: 20_000, mutedMillis: 600_000 },
    ok: answerOf(200, { errcode: 0, errmsg: 'ok' }),
    tooMany: answerOf(200, { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' }),
    tooLong: answerOf(200, { errcode: 460101, errmsg: 'message too long, exceed 20000 bytes' }),
    make: (calls) =>
      dingtalk({ url: 'https://oapi.dingtalk.com/robot/send?access_token=1', secret: 'S', keyword: null }, calls),
  },
  lark: {
    ...{ perMinute: 100, bytesMax: 20_480, mutedMillis: 0 },
    ok: answerOf(200, { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }),
    tooMany: answerOf(200, { code: 11232, msg: 'frequency limited psm', data: {} }),
    tooLong: answerOf(400, { code: 9499, msg: 'Bad Request', data: {} }),
    make: (calls) => lark({ url: 'https://open.larksuite.com/open-apis/bot/v2/hook/1', secret: 'S' }, calls),
  },
  wecom: {
    ...{ perMinute: 20, bytesMax: 4_096, mutedMillis: 0 },
    ok: answerOf(200, { errcode: 0, errmsg: 'ok' }),
    tooMany: answerOf(200, { errcode: 45009, errmsg: 'api freq out of limit' }),
    tooLong: answerOf(200, { errcode: 40058, errmsg: 'markdown.content exceed max length 4096' }),
    make: (calls) => wecom({ url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1', mention: ['asha'] }, calls),
  },
  slack: {
    ...{ perMinute: 60, bytesMax: 40_000, mutedMillis: 0 },
    ok: answerOf(200, 'ok'),
    tooMany: answerOf(429, 'rate_limited', { 'retry-after': '30' }),
    tooLong: answerOf(400, 'invalid_blocks'),
    make: (calls) => slack({ url: 'https://hooks.slack.com/services/T/B/1' }, calls),
  },
};
export const CHATS = Object.keys(RULES);

export function givenChat(kind: string, clock: Pick<Clock, 'now'>): Chat {
  const rules = RULES[kind]!;
  const calls: number[] = [];
  let mutedUntil = 0;
  const judge = (body: string): ChannelAnswer => {
    const now = clock.now();
    calls.push(now);
    if (now < mutedUntil) return rules.tooMany;
    if (calls.filter((at) => at > now - 60_000).length > rules.perMinute) {
      mutedUntil = now + rules.mutedMillis;
      return rules.tooMany;
    }
    // What counts is the text of WeCom, and the whole of others.
    const size = kind === 'wecom' ? JSON.parse(body).markdown.content : body;
    return Buffer.byteLength(size) > rules.bytesMax ? rules.tooLong : rules.ok;
  };
  const chat: Chat = {
    ...{ kind, taken: [], refused: 0, next: undefined, always: undefined },
    channel: rules.make({
      now: () => clock.now(),
      post: async (_url, body) => {
        const text = JSON.stringify(body);
        const { next } = chat;
        chat.next = undefined;
        if (next instanceof Error) throw next;
        const answer = next ?? chat.always ?? judge(text);
        if (answer === rules.ok) chat.taken.push({ at: clock.now(), body: text });
        else chat.refused++;
        return answer;
      },
    }),
  };
  return chat;
}

/** The answer of a chat that took nothing, though its status is that of a success where it always is. */
export function refusalOf(kind: string): ChannelAnswer {
  const bodies: Readonly<Record<string, ChannelAnswer>> = {
    dingtalk: answerOf(200, { errcode: 310000, errmsg: 'sign not match, more: [https://ding-doc.dingtalk.com]' }),
    lark: answerOf(200, { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' }),
    wecom: answerOf(200, { errcode: 93000, errmsg: 'invalid webhook url, hint: [1]' }),
    slack: answerOf(404, 'no_service'),
  };
  return bodies[kind]!;
}
