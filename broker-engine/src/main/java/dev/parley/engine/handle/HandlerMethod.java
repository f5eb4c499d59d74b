package dev.parley.engine.handle;

import dev.parley.DeclarationException;
import dev.parley.engine.contract.DeclaredMethods;
import dev.parley.engine.contract.TypeResolver;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A method that handles messages, and where it is declared.
 *
 * @param target the object it is called on
 * @param method what is called
 * @param declared the method of an interface that it serves; else the one with the annotation
 * @param isContract whether it serves a method of an interface
 * @param types what its type variables stand for
 * @param where its class and name, for messages
 */
record HandlerMethod(
    Object target,
    Method method,
    Method declared,
    boolean isContract,
    TypeResolver types,
    String where) {

  static HandlerMethod of(
      Object target, Method method, Method annotated, DeclaredMethods methods, String where) {
    Method contract = methods.contract(method);
    return new HandlerMethod(
        target,
        method,
        contract == null ? annotated : contract,
        contract != null,
        methods.types(),
        where);
  }

  /** The type of a parameter as it is declared: an overriding method may have lost a part of it. */
  Type parameterType(int index) {
    Type type = types.resolve(declared.getGenericParameterTypes()[index]);
    Type own = types.resolve(method.getGenericParameterTypes()[index]);
    boolean ownSaysMore = TypeResolver.raw(own) != TypeResolver.raw(type);
    return TypeResolver.isOpen(type) && ownSaysMore ? own : type;
  }

  /** That of one that is a part of the body; throws when nobody says what it is. */
  Type bodyType(int index) {
    Type type = parameterType(index);
    if (TypeResolver.isOpen(type)) {
      throw new DeclarationException(
          where
              + ": nobody says what "
              + type.getTypeName()
              + " is; register an object of a class that says it, as in class Orders implements Store<Order>");
    }
    return type;
  }

  /** The return type as it is declared. */
  Type returnType() {
    @Nullable Method typed =
        TypeResolver.raw(types.resolve(declared.getGenericReturnType())) == method.getReturnType()
            ? declared
            : method; // which returns something more special
    return types.resolve(typed.getGenericReturnType());
  }
}
