package org.amino.runtime.bridge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.lane.Lane;
import org.amino.runtime.lane.Listener;
import org.amino.runtime.schedule.Artifact;
import org.amino.runtime.schedule.Artifacts;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.Management;
import org.amino.runtime.schedule.ObjectRule;
import org.amino.runtime.schedule.Objects;
import org.amino.runtime.schedule.RunningCalls;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.schedule.WaitGraph;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol.Code;

/** The operations of docs/bridge.md, section 2. None blocks the reading thread: what may take long is queued at its context, or goes to a worker. */
public final class Operations {
  private static final SortedSet<String> LOAD_OPTIONS = new TreeSet<>(List.of("allow", "class", "contexts", "fixed"));

  private final Scheduler scheduler;
  private final Objects objects;
  private final DelegationOperations delegations;
  private final Artifacts artifacts;
  private final Lane lane;
  private final Runnable shutdown;
  private final StatePieces pieces = new StatePieces();

  /** @param shutdown ends the JVM half */
  public Operations(Scheduler scheduler, Lane lane, Runnable shutdown) {
    this.scheduler = scheduler;
    this.objects = new Objects(scheduler);
    this.delegations = new DelegationOperations(scheduler);
    this.artifacts = new Artifacts(scheduler);
    this.lane = lane;
    this.shutdown = shutdown;
  }

  /** Something that a worker does for an operation. */
  private interface Work {
    Object run() throws GuestFailure, java.io.IOException;
  }

  /** Does an operation and answers its call, now or later. */
  void operate(Call call) {
    try {
      Arguments args = new Arguments(call);
      if (!object(call, args)) {
        kernel(call, args);
      }
    } catch (GuestFailure | RuntimeException | Error thrown) {
      if (call.fail(Arguments.failure(thrown))) {
        call.sink().flush();
      }
    }
  }

  /** Operations on one object. Returns false when it is none of them. */
  private boolean object(Call call, Arguments args) throws GuestFailure {
    switch (call.method()) {
      case "create" -> create(call, args);
      case "restore" -> restore(call, args);
      case "snapshot" -> {
        HostedObject object = find(args);
        Map<String, Object> options = args.options();
        objects.snapshot(call, object, Boolean.TRUE.equals(options.get("allow_lossy")), Boolean.TRUE.equals(options.get("marked")), pieces::answer);
      }
      case "state_hash" -> objects.stateHash(call, find(args));
      case "sync" -> objects.sync(call, find(args), state(args));
      case "hold" -> objects.hold(call, find(args));
      case "resume" -> objects.resume(call, find(args));
      case "release" -> objects.release(call, find(args), args.options());
      case "destroy" -> objects.destroy(call, find(args));
      case "manage" -> {
        HostedObject object = find(args);
        Management management = Management.of(args.flag(), args.flagOrFalse());
        String rule = args.textOrNull();
        objects.manage(object, management, rule == null ? object.rule() : ObjectRule.of(rule));
        answer(call, null);
      }
      case "epoch" -> {
        objects.epoch(find(args), args.number());
        answer(call, null);
      }
      case "interface" -> answer(call, InterfaceMap.of(find(args).artifact().description()));
      default -> {
        return delegations.operate(call, args);
      }
    }
    return true;
  }

  private void kernel(Call call, Arguments args) throws GuestFailure {
    switch (call.method()) {
      case "listen" -> listen(call, args);
      case "admit" -> {
        lane.admitPeers(args.textOrNull());
        answer(call, null);
      }
      case "leave" -> {
        Duration patience = Duration.ofMillis(args.number());
        work(call, () -> (long) lane.leave(patience));
      }
      case "prewarm" -> prewarm(call, args);
      case "load" -> load(call, args);
      case "unload" -> unload(call, args);
      case "fence" -> fence(call, args);
      case "lease" -> {
        Long ends = args.numberOrNull();
        if (ends != null) {
          scheduler.lease().prolong(ends);
        }
        answer(call, scheduler.lease().now());
      }
      case "outage" -> {
        scheduler.lease().outage(args.text());
        answer(call, null);
      }
      case "piece" -> answer(call, pieces.piece(args.number(), args.number()));
      case "stage" -> {
        pieces.stage(args.number(), args.number(), args.number(), args.bytes());
        answer(call, null);
      }
      case "runtime" -> {
        String language = args.textOrNull();
        work(call, () -> RuntimeFacts.text(scheduler.factory(), language));
      }
      case "waits" -> answer(call, WaitGraph.plain(scheduler.waits()));
      case "abort_wait" -> abortWait(call, args);
      case "record" -> {
        Path file = Path.of(args.text());
        work(call, () -> {
          scheduler.show(RunningCalls.in(file));
          return null;
        });
      }
      case "stats" -> work(call, () -> Statistics.of(scheduler, lane));
      case "shutdown" -> {
        answer(call, null);
        scheduler.workers().execute(shutdown);
      }
      default -> throw GuestFailure.of(Code.MEMBER_NOT_FOUND, "there is no operation " + call.method() + "; see docs/bridge.md, section 2");
    }
  }

  private HostedObject find(Arguments args) throws GuestFailure {
    return scheduler.objects().require(args.text());
  }

  private Artifact artifact(Arguments args) throws GuestFailure {
    String hash = args.text();
    Artifact artifact = scheduler.artifacts().get(hash);
    if (artifact == null) {
      throw GuestFailure.of(Code.ARTIFACT_NOT_FOUND, "artifact " + hash + " is not loaded; load it first");
    }
    return artifact;
  }

  private void create(Call call, Arguments args) throws GuestFailure {
    String id = args.text();
    long epoch = args.number();
    Artifact artifact = artifact(args);
    MsgpackReader positional = args.requiredValue("a list of arguments");
    MsgpackReader named = args.value();
    objects.create(call, id, epoch, artifact, positional, named, args.options());
  }

  /** The state that is the next argument, or that its number there says. */
  private MsgpackReader state(Arguments args) throws GuestFailure {
    MsgpackReader state = args.requiredValue("a state");
    return state.isInteger() ? pieces.take(state.readLong()) : state;
  }

  private void restore(Call call, Arguments args) throws GuestFailure {
    String id = args.text();
    long epoch = args.number();
    Artifact artifact = artifact(args);
    MsgpackReader state = state(args);
    objects.restore(call, id, epoch, artifact, state, args.options());
  }

  private void load(Call call, Arguments args) throws GuestFailure {
    String hash = args.text();
    String language = args.text();
    Path directory = Path.of(args.text());
    String entry = args.text();
    Map<String, Object> options = args.options();
    if (!LOAD_OPTIONS.containsAll(options.keySet())) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "load knows the options " + LOAD_OPTIONS + ", not all of " + options.keySet());
    }
    if (!scheduler.factory().languages().contains(language)) {
      throw GuestFailure.of(Code.LANGUAGE_UNKNOWN, "language " + language + " is not on this JVM's class path; there are " + scheduler.factory().languages());
    }
    String className = options.get("class") instanceof String name ? name : null;
    GuestFactory.Artifact source = new GuestFactory.Artifact(
        hash, language, directory, entry, className, Arguments.strings(options, "allow"), Fixed.Given.of(options.get("fixed")));
    Artifact artifact = scheduler.artifact(source, contexts(language, options));
    if (artifact.description() != null) {
      // Its contexts may be busy with long calls, which a repeated request need not wait for.
      answer(call, InterfaceMap.of(artifact.description()));
      return;
    }
    artifacts.evaluate(call, artifact, out -> PlainValue.write(out, InterfaceMap.of(artifact.description())));
  }

  private void unload(Call call, Arguments args) throws GuestFailure {
    Artifact artifact = artifact(args);
    artifacts.retire(artifact);
    work(call, () -> {
      artifact.close();
      return null;
    });
  }

  /** How many contexts an artifact's objects share; 0: each has its own. */
  private static int contexts(String language, Map<String, Object> options) throws GuestFailure {
    Object asked = options.get("contexts");
    if (asked != null && !(asked instanceof Long number && number > 0 && number <= 1024)) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "option contexts must be between 1 and 1024");
    }
    return switch (language) {
      case "llvm", "wasm" -> 0;
      case "python", "ruby" -> asked == null ? 1 : ((Long) asked).intValue();
      default -> asked == null ? Runtime.getRuntime().availableProcessors() : ((Long) asked).intValue();
    };
  }

  private void listen(Call call, Arguments args) throws GuestFailure {
    String transport = args.text();
    String where = args.text();
    long port = args.number();
    String token = args.textOrNull();
    work(call, () -> switch (transport) {
      case "unix" -> {
        Listener.unix(lane, Path.of(where), token);
        yield List.of(where, 0L);
      }
      case "tcp" -> List.of(where, (long) Listener.tcp(lane, where, (int) port, token).port());
      default -> throw GuestFailure.of(Code.ARGUMENT_INVALID, "cannot listen on " + transport + "; it must be tcp or unix");
    });
  }

  private void prewarm(Call call, Arguments args) throws GuestFailure {
    List<String> languages = args.texts();
    work(call, () -> {
      for (String language : languages) {
        scheduler.factory().prewarm(language);
      }
      return null;
    });
  }

  private void fence(Call call, Arguments args) throws GuestFailure {
    List<String> ids = args.textsOrNull();
    if (ids == null) {
      objects.fence(scheduler.objects().all());
    } else {
      List<HostedObject> fenced = new ArrayList<>();
      for (String id : ids) {
        HostedObject object = scheduler.objects().find(id);
        if (object != null) {
          fenced.add(object);
        }
      }
      objects.fence(fenced);
    }
    answer(call, null);
  }

  private void abortWait(Call call, Arguments args) throws GuestFailure {
    long number = args.number();
    GuestFailure why = ErrorPayload.read(args.requiredValue("an error payload"));
    answer(call, scheduler.abortWait(number, why));
  }

  private void work(Call call, Work work) {
    scheduler.monitor().track(call);
    scheduler.workers().execute(() -> {
      try {
        answer(call, work.run());
      } catch (GuestFailure | java.io.IOException | RuntimeException | Error thrown) {
        if (call.fail(Arguments.failure(thrown))) {
          call.sink().flush();
        }
      }
    });
  }

  static void answer(Call call, Object result) {
    MsgpackWriter out = new MsgpackWriter();
    PlainValue.write(out, result);
    call.answer(out.buffer(), 0, out.position());
    call.sink().flush();
  }
}
