package org.amino.runtime.schedule;

/**
 * What a delegation knows of a call that it lets in.
 *
 * @param session whose numbers they are; null where the call carries none
 * @param number the call's, which grows by one with each call of the session
 * @param lowest the lowest number of the session whose outcome may still be asked for
 * @param request the id that the call's client gave it; null where it has none
 */
public record Ticket(String session, long number, long lowest, String request) {
  /** Of a call that carries no number. */
  static final Ticket PLAIN = new Ticket(null, 0, 0, null);
  /** Of a call that is not counted either. */
  static final Ticket FREE = new Ticket(null, -1, 0, null);

  boolean isNumbered() {
    return session != null;
  }
}
