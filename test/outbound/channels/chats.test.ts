// Each chat: what counts as taken, and what a hostile text becomes in it.
import { describe, expect, test } from 'vitest';
import { dingtalk } from '../../../src/outbound/channels/dingtalk.ts';
import { inMarkdown, oneLine } from '../../../src/outbound/channels/inert-text.ts';
import { CHATS, givenChat, refusalOf } from './given-channels.ts';

const clock = { now: () => 1_780_315_200_000 };
const plain = { title: 'Two cases', lines: ['A-1 · Paid too little'], link: null, isCritical: false };
const HOSTILE = [
  '# heading',
  '> quote',
  '- item',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '**bold**',
  '<@all>',
  '@all',
  '<at id=all></at>',
  '<!channel>',
  '<https://evil.example|x>',
  '<font color="warning">x</font>',
  '\u202eREVERSED\u202c',
  'a\nb',
  '`code`',
  '&lt;',
  'https://evil.example',
];

describe.each(CHATS)('%s', (kind) => {
  test('takes a text, and says so in its own words', async () => {
    const chat = givenChat(kind, clock);
    const verdict = await chat.channel.send({ ...plain, link: { url: 'https://desk.example/desk/', label: 'Open' } });
    expect(verdict).toMatchObject({ kind: 'taken', words: expect.stringContaining('200') });
    expect(chat.taken[0]!.body).toContain('https://desk.example/desk/');
  });

  test('that refuses in the body of an answer has not taken it', async () => {
    const chat = givenChat(kind, clock);
    chat.next = refusalOf(kind);
    const verdict = await chat.channel.send(plain);
    expect(verdict.kind).toBe('refused');
    expect(verdict.words).toMatch(/sign|invalid webhook|no_service/);
  });

  test('with an answer that is no form of its own has not taken it', async () => {
    for (const body of ['', 'null', '[]', '<html>', '{"errcode":"0","code":"0"}']) {
      const chat = givenChat(kind, clock);
      chat.next = { status: 200, headers: {}, body: Buffer.from(body) };
      expect([body, (await chat.channel.send(plain)).kind]).toEqual([body, 'refused']);
    }
  });

  test('shows hostile texts as texts', async () => {
    const chat = givenChat(kind, clock);
    await chat.channel.send({ ...plain, title: '@all <!here>', lines: HOSTILE });
    const { body } = chat.taken[0]!;
    expect(body).not.toContain('\u202e');
    const sent = JSON.parse(body);
    if (kind === 'lark') expect(new Set(textsIn(sent).map(({ tag }) => tag))).toEqual(new Set(['plain_text']));
    else if (kind === 'slack') {
      expect(new Set(textsIn(sent).map(({ type }) => type))).toEqual(new Set(['plain_text']));
      expect(body).not.toMatch(/[<>]/);
    } else {
      const { text, content } = sent.markdown;
      expect(text ?? content).not.toMatch(/[<>@`[\]#!]|\*\*\*|:\/\//);
      expect(sent.at ?? null).toEqual(kind === 'dingtalk' ? { atMobiles: [], isAtAll: false } : null);
    }
  });

  test('gets at most as many bytes as it takes, of any text', async () => {
    const chat = givenChat(kind, clock);
    const lines = Array.from({ length: 40 }, () => '差错'.repeat(300));
    expect(await chat.channel.send({ ...plain, lines, title: '差'.repeat(100) })).toMatchObject({ kind: 'taken' });
  });
});

test('a robot of DingTalk finds its keyword as it was configured, in each message once', async () => {
  const titles: string[] = [];
  const post = async (_url: string, body: object) => {
    titles.push((body as { readonly markdown: { readonly title: string } }).markdown.title);
    return { status: 200, headers: {}, body: Buffer.from('{"errcode":0}') };
  };
  const settings = { url: 'https://oapi.dingtalk.com/robot/send?access_token=1', secret: null };
  for (const keyword of ['[对账]', 'cases']) {
    const channel = dingtalk({ ...settings, keyword }, { ...clock, post });
    for (const title of ['Two cases', `${keyword} [x]`]) await channel.send({ ...plain, title });
  }
  expect(titles).toEqual(['[对账] Two cases', '[对账] ［对账］ ［x］', 'Two cases', 'cases ［x］']);
});

/** All objects that hold a text, in a card or in blocks. */
function textsIn(value: unknown): { readonly tag?: string; readonly type?: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { text, content } = value as Record<string, unknown>;
  const isText = typeof content === 'string' || (typeof text === 'string' && 'emoji' in value);
  return [...(isText ? [value] : []), ...Object.values(value).flatMap(textsIn)];
}

test('what is critical calls those whom the configuration of WeCom names, and nobody else does', async () => {
  const chat = givenChat('wecom', clock);
  await chat.channel.send(plain);
  await chat.channel.send({ ...plain, isCritical: true });
  expect(chat.taken.map(({ body }) => body.includes('<@asha>'))).toEqual([false, true]);
});

test('references stay what they are', () => {
  expect(inMarkdown('SC_1042-A.7 1,250.00 KES')).toBe('SC_1042-A.7 1,250.00 KES');
  expect(oneLine(' A\u200b-1\u2067 ')).toBe('A-1');
});
