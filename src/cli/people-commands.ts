// The commands about the people of a service: who they are, and what they may do.

import type { Command } from 'commander';
import type { ChangePersonOptions, CreatePersonOptions, PeopleOptions, RolesOptions } from './commands/people.ts';
import type { MakeCommand } from './kafka-commands.ts';

const ROLES = "such as operator@savanna-crafts or approver@'*': operator, approver, auditor or admin, for a merchant";

export function addPeopleCommands(program: Command, command: MakeCommand): void {
  const people = program
    .command('people')
    .description('Create, list and disable the people who sign in to a service, and change their roles.')
    .exitOverride();
  const about = (name: string, description: string, example: string) =>
    command(name, description, example, people).requiredOption('--data <dir>', 'directory of the ledger');

  about(
    'create',
    'Create a person, and show an invite once: by it the person chooses how to sign in.',
    "hesabu people create --data books --name 'Asha Mushi' --mail asha@example.com --roles operator@savanna-crafts",
  )
    .requiredOption('--name <name>', 'the name, by which the person may sign in')
    .option('--mail <address>', 'the mail address, by which the person may sign in too')
    .requiredOption('--roles <roles...>', ROLES)
    .option('--language <language>', "the person's language, en or zh-CN", 'en')
    .option('--zone <zone>', "the person's IANA time zone", 'UTC')
    .action(async (options: CreatePersonOptions) => {
      const { createPerson } = await import('./commands/people.ts');
      process.exitCode = createPerson(options);
    });

  about('list', 'List all people, with their roles.', 'hesabu people list --data books').action(
    async (options: PeopleOptions) => {
      const { listPeople } = await import('./commands/people.ts');
      process.exitCode = listPeople(options);
    },
  );

  about(
    'roles',
    'Give a person these roles, and no others. Their sessions end.',
    "hesabu people roles p-0f3a9c51be77 --data books --roles operator@savanna-crafts approver@'*'",
  )
    .argument('<id>', 'the id in the output of people list')
    .requiredOption('--roles <roles...>', ROLES)
    .action(async (id: string, options: RolesOptions) => {
      const { changeRoles } = await import('./commands/people.ts');
      process.exitCode = changeRoles(id, options);
    });

  about(
    'reset',
    'Take every way to sign in of a person away, and show a new invite once.',
    'hesabu people reset p-0f3a9c51be77 --data books',
  )
    .argument('<id>', 'the id in the output of people list')
    .action(async (id: string, options: ChangePersonOptions) => {
      const { resetPerson } = await import('./commands/people.ts');
      process.exitCode = resetPerson(id, options);
    });

  about(
    'disable',
    'Disable a person, whose sessions end. What was decided before stays.',
    'hesabu people disable p-0f3a9c51be77 --data books',
  )
    .argument('<id>', 'the id in the output of people list')
    .action(async (id: string, options: ChangePersonOptions) => {
      const { disablePerson } = await import('./commands/people.ts');
      process.exitCode = disablePerson(id, options);
    });
}
