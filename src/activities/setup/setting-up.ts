/** What a set-up needs of the process that runs it, beside activities' usual. */
export type SettingUp = {
  /**
   * Connects the accounts that the configuration of this process gives, and makes the route between them. Gives back what is
   * missing for that, in words that anybody may read: names of options, and what is the matter with each.
   */
  connectConfigured(): Promise<readonly string[]>
  /** Has somebody look after these connections. */
  startConnections(connectionIds: readonly string[]): Promise<void>
  beginFirstSync(routeId: string): Promise<void>
}
