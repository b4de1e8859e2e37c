// Notices that a test can look at: a channel that answers as a test says, and takes everything unless one does.
import type { NoticePort, NoticePreferences } from '../../../src/http/notice-port.ts';

export class FakeNotices implements NoticePort {
  answer = { taken: true, words: '200 ok' };
  private readonly wishes = new Map<string, NoticePreferences>();

  async test() {
    return this.answer;
  }

  configured() {
    const channel = { name: 'finance', kind: 'dingtalk', language: 'zh-CN', events: ['case.*'], merchants: ['*'] };
    return { channels: [channel], mail: true };
  }

  preferencesOf(person: string): NoticePreferences {
    return this.wishes.get(person) ?? { mail: 'all', detail: 'reference' };
  }

  setPreferences(person: string, preferences: NoticePreferences): void {
    this.wishes.set(person, preferences);
  }
}
