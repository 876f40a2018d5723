/** `kansa completion`: scripts that let a shell complete `kansa …`. */
import { Argument, type Command } from 'commander'
import { KansaCommand } from './kansa-command.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

export function completionCommand(): KansaCommand {
  return new KansaCommand('completion')
    .description('Print a script with which a shell completes commands, flags and values.')
    .addArgument(new Argument('<shell>', 'the shell that you type in').choices(SHELLS))
    .showHelpAfterError('There are scripts for bash, zsh and fish: see `kansa completion --help`.')
    .withManual({
      notes:
        'The files are those of the bash-completion package, of a folder on the fpath of zsh, and of fish. Nothing is ' +
        'run while you type; write the script again after an update of kansa.',
      examples: [
        ['source <(kansa completion bash)', 'in ~/.bashrc'],
        ['source <(kansa completion zsh)', 'in ~/.zshrc, after compinit'],
        ['kansa completion bash > ~/.local/share/bash-completion/completions/kansa'],
        ['kansa completion zsh > ~/.zfunc/_kansa'],
        ['kansa completion fish > ~/.config/fish/completions/kansa.fish'],
      ],
    })
    .action(async (shell: Shell, _flags: object, command: Command) => {
      const { printScript } = await import('./completion/print-script.ts')
      await printScript(shell, command.parent ?? command)
    })
}
