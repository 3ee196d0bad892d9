package org.amino.runtime.guest;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that has a workbench in a folder of its own. */
public abstract class WorkbenchTest {
  @TempDir protected Path folder;
  protected Workbench bench;

  @BeforeEach
  protected void openWorkbench() {
    bench = new Workbench(folder);
  }

  @AfterEach
  protected void closeWorkbench() {
    bench.close();
  }
}
