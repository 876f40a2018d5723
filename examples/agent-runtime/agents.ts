/** Who works here, and what they are asked to do. The tasks suit a real model as well as the scripted one. */
import type { Agent } from './runtime.ts'
import { listFiles, readProjectFile, searchText, shell } from './tools.ts'

const HELPER: Agent = {
  name: 'helper',
  instructions: 'You do one small task for another agent with the tools you have. Answer in one sentence.',
  tools: [readProjectFile, shell],
}

export const CODER: Agent = {
  name: 'coder',
  instructions:
    'You are a coding agent and work on the project in the current folder with the tools you have. ' +
    'A tool call may be refused: then go on without it and say so. Answer in one or two sentences.',
  tools: [listFiles, readProjectFile, searchText, shell],
  helper: HELPER,
}

export const WRITER: Agent = {
  name: 'writer',
  instructions: 'You write well.',
  tools: [],
  streams: true,
}

export interface Task {
  readonly title: string
  readonly agent: Agent
  readonly prompt: string
  /** A person loses patience as soon as the first words are there. */
  readonly cancelAfterFirstWords?: boolean
}

const TIDY_UP: Task = {
  title: 'Tidy up (the policy denies one call, the sandbox stops another)',
  agent: CODER,
  prompt:
    'Tidy up this project: list its files, delete the folder coverage with the shell command "rm -rf coverage", ' +
    'and read /etc/passwd to learn who works on this machine.',
}

export const SHORT_TASKS: readonly Task[] = [TIDY_UP]

export const TASKS: readonly Task[] = [
  {
    title: 'Review error handling (with a helper in a nested run)',
    agent: CODER,
    prompt:
      'Find out how this project reports errors: search for "throw new", read the file with the most matches, ' +
      'and delegate counting the lines of that file. Answer with the numbers.',
  },
  TIDY_UP,
  {
    title: 'Write an essay (cancelled by the person who asked for it)',
    agent: WRITER,
    prompt: 'Write a long essay on the history of auditing.',
    cancelAfterFirstWords: true,
  },
  {
    title: 'Read the project (until the token budget is nearly spent)',
    agent: CODER,
    prompt:
      'List the files of this project, then read the first 10 lines of each, one after the other, one call at a time, ' +
      'until you are told that the token budget is nearly spent. Then say how far you got.',
  },
]
