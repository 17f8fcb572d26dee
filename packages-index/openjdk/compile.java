import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;
import javax.tools.ForwardingJavaFileObject;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compile FOLDER MAIN [FILES...]: compiles like javac, but takes files of any name, as the single-file launcher of Java does.
 * The classes go to FOLDER/classes, the name of the one that is to be run to FOLDER/main.
 */
final class Compile {
  public static void main(String[] names) throws IOException {
    Path folder = Path.of(names[0]);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> mains = new ArrayList<>();
    List<String> others = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> sources = List.of(names).subList(1, names.length);
      List<JavaFileObject> files = new ArrayList<>();
      manager.getJavaFileObjects(sources.toArray(new String[0])).forEach((file) -> files.add(new Source(file)));
      List<String> options = List.of("-proc:none", "-d", classes.toString());
      JavacTask task = (JavacTask) compiler.getTask(null, manager, null, options, null, files);
      task.addTaskListener(
          new TaskListener() {
            @Override
            public void finished(TaskEvent event) {
              if (event.getKind() != TaskEvent.Kind.PARSE) return;
              // Now, since the compiler empties the tree when it is done with it.
              for (ClassTree type : typesOf(event.getCompilationUnit())) {
                (hasMain(type) ? mains : others).add(nameOf(event.getCompilationUnit(), type));
              }
            }
          });
      if (!task.call()) System.exit(1);
    }
    // The first class that has a method `main`, the main file's before others; else the first class: it may inherit one.
    mains.addAll(others);
    if (mains.isEmpty()) {
      System.err.println("error: no class declared in source file");
      System.exit(1);
    }
    Files.writeString(folder.resolve("main"), mains.get(0) + "\n");
  }

  private static List<ClassTree> typesOf(CompilationUnitTree unit) {
    return unit.getTypeDecls().stream()
        .filter((type) -> type instanceof ClassTree)
        .map((type) -> (ClassTree) type)
        .collect(Collectors.toList());
  }

  private static String nameOf(CompilationUnitTree unit, ClassTree type) {
    return (unit.getPackageName() == null ? "" : unit.getPackageName() + ".") + type.getSimpleName();
  }

  private static boolean hasMain(ClassTree type) {
    return type.getMembers().stream()
        .anyMatch((member) -> member instanceof MethodTree && ((MethodTree) member).getName().contentEquals("main"));
  }

  /** A file that is Java whatever its name, and may hold public classes of any name. */
  private static final class Source extends ForwardingJavaFileObject<JavaFileObject> {
    Source(JavaFileObject file) {
      super(file);
    }

    @Override
    public Kind getKind() {
      return Kind.SOURCE;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return true;
    }

    /** Since Java 25 a file without a class is one, and is named after its file: not every file's name would do. */
    @Override
    public URI toUri() {
      URI uri = super.toUri();
      if (Runtime.version().feature() < 25) return uri;
      String name = Path.of(uri).getFileName().toString().replaceFirst("\\.java$", "");
      return SourceVersion.isName(name) && !name.contains(".") ? uri : uri.resolve("Main.java");
    }
  }
}
