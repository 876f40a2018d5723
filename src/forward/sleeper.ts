/** What a loop waits with: for a time, or for news; both end when the loop is to end. */

// Owned by the loop that sleeps: one sleep at a time.
export class Sleeper {
  private hasNews = false
  private isEnded = false
  private end: (() => void) | undefined
  private wakesOnNews = false
  private isFirm = false

  /** `hurry`: somebody waits for the outcome, which ends a pause that nobody asked for. */
  wake(why: 'news' | 'hurry' | 'end'): void {
    if (why === 'end') this.isEnded = true
    else this.hasNews = true
    if (this.isEnded || this.wakesOnNews || (why === 'hurry' && !this.isFirm)) this.end?.()
  }

  /** Resolves after a wake-up that came since the last call. */
  async untilNews(): Promise<void> {
    if (!this.hasNews) await this.wait(undefined)
    this.hasNews = false
  }

  /** `isFirm`: no hurry ends it. */
  async sleep(millis: number, isFirm = false): Promise<void> {
    this.isFirm = isFirm
    await this.wait(millis)
  }

  private async wait(millis: number | undefined): Promise<void> {
    if (this.isEnded) return
    this.wakesOnNews = millis === undefined
    await new Promise<void>(resolve => {
      // No reason for a process to stay.
      const timer = millis === undefined ? undefined : setTimeout(resolve, millis).unref()
      this.end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.end = undefined
  }
}
